import { bestBlockHashes, type ChainTip } from '../../../bitcoin/chain-state/tips.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import type { NodeState } from '../nodes/observe.ts';
import { onlyCopy, syncGracePeriod } from './copies.ts';
import { silentNode } from './silence.ts';
import type { RolloutState, Wait } from './state.ts';

/** The pods that the StatefulSet may replace, and what the rollout waits for. */
export interface RolloutPlan {
  /** Pods from this ordinal on are replaced. */
  readonly updatePartition: number;
  /** Shown to users; undefined when no pod is to be replaced. */
  readonly waitingFor: string | undefined;
  /** Whether the rollout continues only after user action. */
  readonly isBlocked: boolean;
}

/**
 * Plans the next step of a rollout, from the last ordinal down. A node on emptyDir starts without a
 * chain, and is ready before it has one. So a node that may hold a chain is replaced only if
 * another node has that chain, and after all nodes replaced before it are ready, linked, and have
 * the network's best block. A pod that was never ready holds no chain, and is replaced without
 * waiting for chains. So is a node with a lasting problem whose chain another node has, because the
 * new revision may be the fix. While a pod of the new revision is not ready, no further pod may be
 * of it, not even one that is recreated: the new revision may not work.
 *
 * The plan follows from the current state alone. It also revokes what an earlier plan allowed, for
 * example when the spec changes again during the rollout.
 */
export function planRollout(state: RolloutState): RolloutPlan {
  if (state.isUnguarded) return unguardedPlan(state);
  const { plan, nodes } = state;
  let updatePartition = plan.nodes.size;
  let wait: Wait | undefined;
  for (const { name, ordinal } of [...plan.nodes.values()].reverse()) {
    const node = nodes.find((candidate) => candidate.name === name);
    if (!node) return planOf(ordinal, wait ?? waiting(`waiting for the pod of node ${name}`));
    if (isCurrent(node, state)) {
      wait ??= missingOf(node, state);
      if (!node.ready) return planOf(ordinal, wait);
      updatePartition = ordinal;
      continue;
    }
    if (node.firstReady === undefined) {
      return planOf(ordinal, wait ?? waiting(`replacing ${node.pod}, which was never ready`));
    }
    if (!node.ready && node.problem?.lasting === true) {
      const copy = onlyCopy(node, state);
      if (copy) return planOf(updatePartition, copy);
      return planOf(ordinal, wait ?? waiting(`replacing ${node.pod}, which fails`));
    }
    wait ??= silentNode(state) ?? startingNode(state, name) ?? onlyCopy(node, state);
    return wait === undefined
      ? planOf(ordinal, waiting(`replacing ${node.pod}`))
      : planOf(updatePartition, wait);
  }
  return planOf(wait === undefined ? plan.nodes.size : updatePartition, wait);
}

function waiting(reason: string): Wait {
  return { reason, isBlocked: false };
}

function planOf(updatePartition: number, wait: Wait | undefined): RolloutPlan {
  return { updatePartition, waitingFor: wait?.reason, isBlocked: wait?.isBlocked === true };
}

/** The StatefulSet replaces one pod after the other, each as soon as the one before is ready. */
function unguardedPlan(state: RolloutState): RolloutPlan {
  const { plan, nodes } = state;
  const old = nodes.filter((node) => plan.nodes.has(node.name) && !isCurrent(node, state));
  const reason =
    old.length === 0 ? 'waiting for pods' : `replacing ${old.at(-1)!.pod} without regard to chains`;
  return planOf(0, waiting(reason));
}

function isCurrent({ revision }: NodeState, { statefulSet }: RolloutState): boolean {
  return revision === statefulSet.status?.updateRevision;
}

/** Returns what a replaced node lacks; undefined if nothing. */
function missingOf(node: NodeState, state: RolloutState): Wait | undefined {
  const { pod, name } = node;
  if (!node.ready) return waiting(`${pod} is not ready`);
  const tip = state.tips.get(name);
  if (!tip || 'error' in tip) {
    return silentNode(state, node) ?? waiting(`${pod} does not respond to RPC`);
  }
  const connected = state.peers.connected.get(name) ?? new Set();
  const unlinked = state.plan.nodes.get(name)!.peers.find((peer) => {
    const other = state.tips.get(peer);
    return !connected.has(peer) && other !== undefined && 'value' in other;
  });
  if (unlinked !== undefined) return waiting(`${pod} is not linked with node ${unlinked}`);
  if (othersRejectCredentials(name, state)) return missingUnverified(node, tip.value, state.now);
  if (bestBlockHashes(state.tips).has(tip.value.bestBlockHash)) return undefined;
  return waiting(`${pod} is syncing at height ${tip.value.blocks}`);
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
): Wait | undefined {
  const hadTime = readySince !== undefined && now - readySince >= syncGracePeriod;
  if (hadTime && blocks === headers) return undefined;
  return waiting(`${pod} is at height ${blocks}; its peers cannot be queried`);
}

/** Milliseconds within which a pod of the old revision is expected to become ready. */
const startLimit = 60_000;

/**
 * Another node that is starting: only one node may be missing at a time. Crashing nodes do not
 * count, nor do pods of the old revision that were not ready within {@link startLimit}.
 */
function startingNode(state: RolloutState, next: NodeName): Wait | undefined {
  for (const name of state.plan.nodes.keys()) {
    const node = state.nodes.find((candidate) => candidate.name === name);
    if (name === next || node?.ready === true || node?.problem !== undefined) continue;
    if (node && !isCurrent(node, state) && isOverdue(node, state)) continue;
    return waiting(node ? `${node.pod} is not ready` : `waiting for the pod of node ${name}`);
  }
  return undefined;
}

function isOverdue({ firstReady, createdAt = 0 }: NodeState, { now }: RolloutState): boolean {
  return firstReady === undefined && now - createdAt >= startLimit;
}
