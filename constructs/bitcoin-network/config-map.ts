import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { regtest } from '../../bitcoin/chain.ts';
import { renderConfigFile } from '../../bitcoin/config/config-file.ts';
import type { Topology } from '../../bitcoin/plan/topologies/full-mesh.ts';
import type { NetworkContext } from './context.ts';
import { startScript } from './start-script.ts';

/** The bitcoin.conf that all nodes of the network share. A change of it restarts them. */
export function sharedConfigFile({ spec, live }: NetworkContext): string {
  return renderConfigFile({ chain: regtest, options: spec.config, credentials: live?.credentials });
}

/**
 * Each node's addnode list by ordinal, a line each: `0: 1 2 3`. Ordinals, not
 * names: with those, 1,000 nodes would pass a ConfigMap's limit of 1 MiB.
 */
export function peersFile({ addnode }: Topology): string {
  return addnode.map((peers, ordinal) => `${ordinal}: ${peers.join(' ')}\n`).join('');
}

/** What the pods are started with. It is mounted as a directory, so that a running pod sees changes. */
export function configMap(scope: Construct, context: NetworkContext): ApiObject {
  return new ApiObject(scope, 'config-map', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: context.metadata(context.names.configMap),
    data: {
      'bitcoin.conf': sharedConfigFile(context),
      peers: peersFile(context.topology),
      'start.sh': startScript,
    },
  });
}
