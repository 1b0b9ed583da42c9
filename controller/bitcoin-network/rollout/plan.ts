import {
  bestBlockHashes,
  type ChainTip,
  type ChainTips,
} from '../../../bitcoin/chain-state/tips.ts';
import type { NetworkPlan } from '../../../bitcoin/plan/network-plan.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import type { StatefulSet } from '../../cache/workloads.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { PeersResult } from '../peers/reconcile.ts';

/** The inputs of {@link planRollout}. */
export interface RolloutState {
  readonly plan: Pick<NetworkPlan, 'nodes'>;
  readonly statefulSet: StatefulSet;
  readonly nodes: readonly NodeState[];
  readonly peers: Pick<PeersResult, 'connected'>;
  /** The tip of every ready node. */
  readonly tips: ChainTips;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The pods that the StatefulSet may replace, and what the rollout waits for. */
export interface RolloutPlan {
  /** Pods from this ordinal on are replaced. */
  readonly updatePartition: number;
  /** Shown to users; undefined when no pod is to be replaced. */
  readonly waitingFor: string | undefined;
}

/**
 * Milliseconds that a node gets to fetch the chain if no other node reports the height of the
 * chain.
 */
const syncGracePeriod = 10_000;

/**
 * Plans the next step of a rollout, from the last ordinal down. A node on emptyDir starts without a
 * chain, and is ready before it has one. So a working node of the old revision is replaced only
 * after all nodes replaced before it are ready, linked, and have the network's best block. Nodes
 * with a lasting problem are replaced without waiting, because the new revision may be the fix.
 *
 * The plan follows from the current state alone. It also revokes what an earlier plan allowed, for
 * example when the spec changes again during the rollout.
 */
export function planRollout(state: RolloutState): RolloutPlan {
  const { statefulSet, plan, nodes } = state;
  const revision = statefulSet.status?.updateRevision;
  let updatePartition = plan.nodes.size;
  let waitingFor: string | undefined;
  for (const { name, ordinal } of [...plan.nodes.values()].reverse()) {
    const node = nodes.find((candidate) => candidate.name === name);
    if (!node) {
      waitingFor ??= `waiting for the pod of node ${name}`;
    } else if (node.revision === revision) {
      waitingFor ??= missingOf(node, state);
    } else if (node.problem?.lasting === true) {
      waitingFor ??= `replacing ${node.pod}, which fails`;
    } else {
      waitingFor ??= silentNode(state) ?? startingNode(state, name);
      return waitingFor === undefined
        ? { updatePartition: ordinal, waitingFor: `replacing ${node.pod}` }
        : { updatePartition, waitingFor };
    }
    updatePartition = ordinal;
  }
  return {
    updatePartition: waitingFor === undefined ? plan.nodes.size : updatePartition,
    waitingFor,
  };
}

/** Returns what a replaced node lacks; undefined if nothing. */
function missingOf(node: NodeState, state: RolloutState): string | undefined {
  const { pod, name } = node;
  if (!node.ready) return `${pod} is not ready`;
  const tip = state.tips.get(name);
  if (!tip || 'error' in tip) return `${pod} does not respond to RPC`;
  const connected = state.peers.connected.get(name) ?? new Set();
  const unlinked = state.plan.nodes.get(name)!.peers.find((peer) => {
    const other = state.tips.get(peer);
    return !connected.has(peer) && other !== undefined && 'value' in other;
  });
  if (unlinked !== undefined) return `${pod} is not linked with node ${unlinked}`;
  if (othersRejectCredentials(name, state)) return missingUnverified(node, tip.value, state.now);
  if (bestBlockHashes(state.tips).has(tip.value.bestBlockHash)) return undefined;
  return `${pod} is syncing at height ${tip.value.blocks}`;
}

/** Whether nodes of the old revision reject the controller's credentials, and so report no tip. */
function othersRejectCredentials(name: NodeName, { tips }: RolloutState): boolean {
  return [...tips].some(
    ([other, tip]) => other !== name && 'error' in tip && tip.error.failure === 'unauthorized',
  );
}

function missingUnverified(
  { pod, readySince }: NodeState,
  { blocks, headers }: ChainTip,
  now: number,
): string | undefined {
  const hadTime = readySince !== undefined && now - readySince >= syncGracePeriod;
  if (hadTime && blocks === headers) return undefined;
  return `${pod} is at height ${blocks}; its peers cannot be queried`;
}

/** A ready node that does not respond may have blocks that no other node has. */
function silentNode({ nodes, tips }: RolloutState): string | undefined {
  const silent = nodes.find(({ name, ready }) => {
    const tip = tips.get(name);
    return ready && (!tip || ('error' in tip && tip.error.failure !== 'unauthorized'));
  });
  return silent && `${silent.pod} does not respond to RPC`;
}

/**
 * Another node that is starting: only one node may be missing at a time. Crashing nodes do not
 * count.
 */
function startingNode({ nodes, plan }: RolloutState, next: NodeName): string | undefined {
  for (const name of plan.nodes.keys()) {
    const node = nodes.find((candidate) => candidate.name === name);
    if (name === next || node?.ready === true || node?.problem !== undefined) continue;
    return node ? `${node.pod} is not ready` : `waiting for the pod of node ${name}`;
  }
  return undefined;
}
