import { isDeepStrictEqual } from 'node:util';
import { selectorLabels, selectorString } from '../../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetwork, BitcoinNetworkStatus } from '../../../imports/bitcoin-network.ts';
import { withTimes } from '../reasons.ts';
import { readiness, peersConnected } from './ready.ts';
import type { StatefulSet } from '../../cache/workloads.ts';
import type { ChartFailure } from '../objects/ownership.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { PeersSeen } from '../peers/reconcile.ts';
import type { RolloutPlan } from '../rollout/plan.ts';

/** What the steps before saw. */
export interface Observation {
  readonly network: BitcoinNetwork;
  readonly statefulSet: StatefulSet | undefined;
  readonly nodes: readonly NodeState[];
  readonly peers: PeersSeen;
  /** What a roll waits for, while there is one. */
  readonly rollout: RolloutPlan | undefined;
  /** Why the objects are not as they should be. */
  readonly failure: ChartFailure | undefined;
}

/**
 * The network's status as it should read now.
 *
 * @param now milliseconds since the epoch; only a condition that changes its status takes it
 * @returns undefined if it reads so already
 */
export function newStatus(seen: Observation, now: number): BitcoinNetworkStatus | undefined {
  const { network, statefulSet, nodes, peers } = seen;
  const generation = network.metadata.generation!;
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const status: BitcoinNetworkStatus = {
    observedGeneration: generation,
    replicas: statefulSet?.status?.replicas ?? 0,
    selector: selectorString(selectorLabels(network.metadata.name)),
    readyNodes: nodes.filter(({ ready }) => ready).length,
    connectedNodes: peers.complete.size,
    nodes: nodes.map(({ ordinal, pod, dnsName, ready, ip }) => ({
      nodeName: pod,
      ordinal,
      ready,
      ...(ip !== undefined && { ip }),
      dnsName,
      ...(peers.counts.has(ordinal) && { peers: peers.counts.get(ordinal)! }),
    })),
    conditions: [...readiness(seen), peersConnected(seen)].map((condition) =>
      withTimes(condition, network.status?.conditions ?? [], generation, time),
    ),
  };
  return isDeepStrictEqual(status, network.status) ? undefined : status;
}
