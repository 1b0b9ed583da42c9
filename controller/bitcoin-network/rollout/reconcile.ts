import type { ChainTips } from '../../../bitcoin/chain-state/tips.ts';
import { isObserved, updatePartitionOf } from '../../cache/workloads.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { NodeViews } from '../nodes/query.ts';
import type { PeersResult } from '../peers/reconcile.ts';
import { statefulSetOf, type Scope } from '../scope.ts';
import { announceRollout } from './announce.ts';
import { planRollout, type RolloutPlan } from './plan.ts';

/** The result of {@link reconcileRollout}. */
export interface RolloutResult extends RolloutPlan {
  /**
   * Whether the StatefulSet has another update partition, so that the objects are to be applied.
   */
  readonly advances: boolean;
}

/** Plans the next step of a rollout, and records an event before the first node is replaced. */
export function reconcileRollout(
  scope: Scope,
  nodes: readonly NodeState[],
  peers: Pick<PeersResult, 'connected' | 'views'>,
): RolloutResult | undefined {
  const statefulSet = statefulSetOf(scope);
  // The StatefulSet may have changed since the RPC query began.
  if (!statefulSet || !isObserved(statefulSet)) return undefined;
  const { plan, clock } = scope;
  const tips = tipsOf(peers.views);
  const rollout = planRollout({ plan, statefulSet, nodes, peers, tips, now: clock.now() });
  const before = updatePartitionOf(statefulSet);
  const advances = rollout.updatePartition !== before;
  if (advances) announceRollout(scope, before, rollout.updatePartition);
  return { ...rollout, advances };
}

function tipsOf(views: NodeViews): ChainTips {
  return new Map([...views].flatMap(([name, { tip }]) => (tip ? [[name, tip]] : [])));
}
