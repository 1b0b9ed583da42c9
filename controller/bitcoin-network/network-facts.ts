import { planNetwork, type NetworkPlan } from '../../bitcoin/plan/network-plan.ts';
import type { NodeName } from '../../bitcoin/plan/node-name.ts';
import { networkNames, type NetworkNames } from '../../constructs/bitcoin-network/names.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import type { CachedNetworks } from '../cache/network-cache.ts';
import type { StatefulSet } from '../cache/workloads.ts';
import { otherInstall } from '../installs/claim.ts';
import type { LastHeights } from './chain-loss/last-heights.ts';
import type { NodeAnswers } from './node-answers.ts';
import { observeNodes, type NodeState } from './nodes/observe.ts';
import type { PeersResult } from './peers/reconcile.ts';
import { statefulSetOf } from './scope.ts';

/** What the controller has in memory about one network that it manages. */
export interface NetworkFacts {
  /** `namespace/name` of the network. */
  readonly key: string;
  readonly network: BitcoinNetwork;
  readonly plan: NetworkPlan;
  readonly names: NetworkNames;
  /** Undefined if it does not exist. */
  readonly statefulSet: StatefulSet | undefined;
  readonly nodes: readonly NodeState[];
  /** The last answers of the nodes, perhaps of earlier pods; undefined without any. */
  readonly peers: PeersResult | undefined;
  /** The last height that each current pod reported, by node; may lack any node. */
  readonly heights: ReadonlyMap<NodeName, number>;
}

/** Where {@link networkFacts} reads. */
export interface FactSources {
  readonly cache: CachedNetworks;
  readonly answers: Pick<NodeAnswers, 'latest'>;
  readonly heights: Pick<LastHeights, 'heights'>;
  /** Namespace of this controller. */
  readonly install: string;
}

/**
 * Returns what is in memory about a network, without any request; undefined if the network is
 * deleted or another controller manages it.
 */
export function networkFacts(
  key: string,
  { cache, answers, heights, install }: FactSources,
): NetworkFacts | undefined {
  const network = cache.networks.get(key);
  if (!network || network.metadata.deletionTimestamp !== undefined) return undefined;
  if (otherInstall(network, install) !== undefined) return undefined;
  const plan = planNetwork(network.spec);
  const names = networkNames(network.metadata.name, plan.chain);
  const scope = { network, key, names, cache };
  const nodes = observeNodes(scope);
  const answer = answers.latest(key);
  return {
    ...{ key, network, plan, names, nodes },
    statefulSet: statefulSetOf(scope),
    peers: answer && 'peers' in answer ? answer.peers : undefined,
    heights: heights.heights(key, nodes),
  };
}
