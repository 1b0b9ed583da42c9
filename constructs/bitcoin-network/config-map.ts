import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { renderConfigFile } from '../../bitcoin/config/config-file.ts';
import type { NetworkPlan } from '../../bitcoin/plan/network-plan.ts';
import {
  controllerMethods,
  frozenMethods,
  type ControllerMethod,
} from '../../bitcoin/rpc/whitelist.ts';
import type { NetworkContext } from './context.ts';
import { startScript } from './start-script.ts';

/** Returns the bitcoin.conf that all nodes of the network share. */
export function sharedConfigFile(context: NetworkContext): string {
  return configFile(context, controllerMethods);
}

/**
 * Returns the text that the checksum of a pod covers: a change of it restarts the nodes. It differs
 * from the file in the whitelist, which is that of release 0.1.0: a release that adds methods
 * restarts no node.
 */
export function checksumText(context: NetworkContext): string {
  return configFile(context, frozenMethods);
}

function configFile(
  { plan: { chain }, spec, live }: NetworkContext,
  methods: readonly ControllerMethod[],
): string {
  return renderConfigFile({
    ...{ chain, methods },
    options: spec.config,
    lists: spec.configLists,
    credentials: live?.credentials,
  });
}

/**
 * Returns a line for each node with its addnode list: `0: 1 2 3`. It holds node names instead of
 * DNS names, because those of 1,000 nodes exceed the 1 MiB limit of a ConfigMap.
 */
export function peersFile({ nodes }: Pick<NetworkPlan, 'nodes'>): string {
  return [...nodes.values()].map(({ name, addnode }) => `${name}: ${addnode.join(' ')}\n`).join('');
}

/**
 * The files that a pod starts with. The ConfigMap is mounted as a directory, so that a running pod
 * sees changes.
 */
export function configMap(scope: Construct, context: NetworkContext): ApiObject {
  return new ApiObject(scope, 'config-map', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: context.metadata(context.names.configMap),
    data: {
      'bitcoin.conf': sharedConfigFile(context),
      peers: peersFile(context.plan),
      'start.sh': startScript,
    },
  });
}
