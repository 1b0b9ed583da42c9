import type { ChainTips } from '../../../bitcoin/chain-state/tips.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { isObserved, updatePartitionOf } from '../../cache/workloads.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { NodeViews } from '../nodes/query.ts';
import type { PeersResult } from '../peers/reconcile.ts';
import type { PhaseResult } from '../phase.ts';
import { statefulSetOf, type Scope } from '../scope.ts';
import { announceRollout } from './announce.ts';
import { planRollout, type RolloutPlan } from './plan.ts';
import { isUnguarded } from './unguarded.ts';

/** Milliseconds between two plans of a rollout while no node is ready. */
const silentInterval = 5_000;

/** The result of {@link reconcileRollout}. */
export interface RolloutResult extends RolloutPlan, PhaseResult {
  /**
   * Whether the StatefulSet has another update partition, so that the objects are to be applied.
   */
  readonly advances: boolean;
}

/**
 * Plans the next step of a rollout, and records an event before the first node is replaced.
 *
 * @param lastHeights the last height that each pod reported, by node
 */
export function reconcileRollout(
  scope: Scope,
  nodes: readonly NodeState[],
  peers: Pick<PeersResult, 'connected' | 'views'>,
  lastHeights: ReadonlyMap<NodeName, number> = new Map(),
): RolloutResult | undefined {
  const statefulSet = statefulSetOf(scope);
  // The StatefulSet may have changed since the RPC query began.
  if (!statefulSet || !isObserved(statefulSet)) return undefined;
  const { plan, clock } = scope;
  const tips = tipsOf(peers.views);
  const rollout = planRollout({
    ...{ plan, statefulSet, nodes, peers, tips, lastHeights },
    unreachableSince: unreachableSince(scope),
    isUnguarded: isUnguarded(scope),
    now: clock.now(),
  });
  const before = updatePartitionOf(statefulSet);
  const advances = rollout.updatePartition !== before;
  if (advances) announceRollout(scope, before, rollout.updatePartition);
  // Answers of ready nodes queue the network; without any, only the time does.
  const requeueAfter = nodes.some(({ ready }) => ready) ? undefined : silentInterval;
  return { ...rollout, advances, requeueAfter };
}

/** Returns since when the status of the network reports ready nodes that do not respond. */
function unreachableSince({ network }: Scope): number | undefined {
  const condition = network.status?.conditions?.find(({ type }) => type === 'PeersConnected');
  return condition?.status === 'Unknown' ? Date.parse(condition.lastTransitionTime) : undefined;
}

function tipsOf(views: NodeViews): ChainTips {
  return new Map([...views].map(([name, { tip }]) => [name, tip] as const));
}
