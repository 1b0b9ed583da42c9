import type { RpcAgent } from '../../bitcoin/rpc/agent.ts';
import type { RpcRequestOutcome } from '../../bitcoin/rpc/client.ts';
import { planNetwork, type NetworkPlan } from '../../bitcoin/plan/network-plan.ts';
import { deriveCredentials, type SaltedCredentials } from '../../bitcoin/rpc/credentials.ts';
import { networkNames, type NetworkNames } from '../../constructs/bitcoin-network/names.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { formatKey } from '../../kube/api/object.ts';
import type { KubeClient } from '../../kube/client/client.ts';
import type { Clock } from '../../kube/runtime/clock.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import type { CachedNetworks } from '../cache/network-cache.ts';
import type { StatefulSet } from '../cache/workloads.ts';
import type { NetworkRecorder } from './event-reasons.ts';

/**
 * Receives the duration in milliseconds and the outcome of each RPC request to a node of a network.
 */
export type RpcObserver = (
  networkKey: string,
  duration: number,
  outcome: RpcRequestOutcome,
) => void;

/** The collaborators that all reconciles share. */
export interface Dependencies {
  readonly client: Pick<KubeClient, 'get' | 'patch' | 'delete'>;
  /** Lists events. */
  readonly eventReader: Pick<KubeClient, 'list'>;
  readonly cache: CachedNetworks;
  /** Key from which the RPC credentials of every network derive. */
  readonly masterKey: Uint8Array;
  /** Namespace of this controller, which claims the networks that it manages. */
  readonly install: string;
  /** Pool of RPC connections. */
  readonly agent: RpcAgent;
  /** @default none */
  readonly onRpc?: RpcObserver | undefined;
  readonly recorder: NetworkRecorder;
  /**
   * Throws when this process may no longer change anything; `client` calls it before each write.
   */
  readonly guard: () => void;
  readonly log: Logger;
  readonly clock: Clock;
}

/** The inputs of one reconcile, which do not change while it runs. */
export interface Scope extends Dependencies {
  readonly network: BitcoinNetwork;
  /** `namespace/name` of the network. */
  readonly key: string;
  readonly plan: NetworkPlan;
  readonly names: NetworkNames;
  /** The controller's credentials for the network's nodes. */
  readonly credentials: SaltedCredentials;
  /** Aborted when a shutdown no longer waits for the reconcile. */
  readonly signal: AbortSignal;
}

/** Returns the scope of a network's reconcile. */
export function createScope(
  network: BitcoinNetwork,
  dependencies: Dependencies,
  signal: AbortSignal,
): Scope {
  const { metadata, spec } = network;
  const plan = planNetwork(spec);
  return {
    ...dependencies,
    network,
    key: formatKey(metadata),
    plan,
    names: networkNames(metadata.name, plan.chain),
    credentials: deriveCredentials(dependencies.masterKey, metadata.uid!),
    signal,
  };
}

/** Returns the network's StatefulSet, or undefined if it does not exist. */
export function statefulSetOf({
  network,
  names,
  cache,
}: Pick<Scope, 'network' | 'names' | 'cache'>): StatefulSet | undefined {
  const { namespace } = network.metadata;
  return cache.statefulSets.get(formatKey({ namespace, name: names.statefulSet() }));
}
