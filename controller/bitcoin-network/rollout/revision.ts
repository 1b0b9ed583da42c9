import { isObserved, updatePartitionOf, type StatefulSet } from '../../cache/workloads.ts';
import type { NodeState } from '../nodes/observe.ts';
import { statefulSetOf, type Scope } from '../scope.ts';

/**
 * Whether the status of the StatefulSet describes its spec, and pods have to be replaced. Pods have
 * to be replaced if some are of another revision, or are missing while revisions differ, because
 * they would be created with the old one. The revisions of the pods decide, not those of the
 * StatefulSet: after a change is reverted, its two revisions are equal although pods of the
 * abandoned one still exist.
 */
export function isRolling(
  scope: Pick<Scope, 'network' | 'names' | 'cache' | 'plan'>,
  nodes: readonly NodeState[],
): boolean {
  const set = statefulSetOf(scope);
  return set !== undefined && isObserved(set) && hasOldRevision(scope, set, nodes);
}

/**
 * Returns the update partition to apply objects with. While no rollout is under way it holds every
 * pod, so that a changed template does not replace any. During a rollout, and while the status of
 * the StatefulSet does not describe its spec, the partition does not change.
 */
export function heldPartition(
  scope: Pick<Scope, 'network' | 'names' | 'cache' | 'plan'>,
  nodes: readonly NodeState[],
): number {
  const set = statefulSetOf(scope);
  const isSettled = !set || (isObserved(set) && !hasOldRevision(scope, set, nodes));
  return isSettled ? scope.plan.nodes.size : updatePartitionOf(set);
}

function hasOldRevision(
  { plan }: Pick<Scope, 'plan'>,
  { status }: StatefulSet,
  nodes: readonly NodeState[],
): boolean {
  const planned = nodes.filter(({ name }) => plan.nodes.has(name));
  if (planned.some(({ revision }) => revision !== status?.updateRevision)) return true;
  return planned.length < plan.nodes.size && status?.currentRevision !== status?.updateRevision;
}
