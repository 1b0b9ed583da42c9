import type { ChainTips } from '../../../bitcoin/chain-state/tips.ts';
import { updatePartitionOf } from '../../cache/workloads.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { NodeViews } from '../nodes/query.ts';
import type { PeersResult } from '../peers/reconcile.ts';
import { pollInterval, type PhaseResult } from '../phase.ts';
import type { Scope } from '../scope.ts';
import { announceRollout } from './announce.ts';
import { planRollout, type RolloutPlan } from './plan.ts';
import { statefulSetOf } from './revision.ts';

/** The observations that a rollout depends on. */
export interface RolloutObservations {
  readonly nodes: readonly NodeState[];
  readonly views: NodeViews;
  readonly peers: PeersResult;
}

/** The result of {@link reconcileRollout}. */
export interface RolloutResult extends RolloutPlan, PhaseResult {
  /**
   * Whether the StatefulSet has another update partition, so that the objects are to be applied.
   */
  readonly advances: boolean;
}

/** Plans the next step of a rollout, and records an event before the first node is replaced. */
export function reconcileRollout(
  scope: Scope,
  { nodes, views, peers }: RolloutObservations,
): RolloutResult | undefined {
  const statefulSet = statefulSetOf(scope);
  if (!statefulSet) return undefined;
  const { plan, clock } = scope;
  const tips = tipsOf(views);
  const rollout = planRollout({ plan, statefulSet, nodes, peers, tips, now: clock.now() });
  const before = updatePartitionOf(statefulSet);
  const advances = rollout.updatePartition !== before;
  if (advances) announceRollout(scope, before, rollout.updatePartition);
  return { ...rollout, advances, requeueAfter: pollInterval };
}

function tipsOf(views: NodeViews): ChainTips {
  return new Map([...views].flatMap(([name, { tip }]) => (tip ? [[name, tip]] : [])));
}
