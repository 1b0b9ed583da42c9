import { conditionOf, type Pod } from '../../cache/workloads.ts';

/**
 * Returns when a pod first became ready, in milliseconds since the epoch; undefined if it never
 * was. From then on its emptyDir may hold blocks that no other node has.
 *
 * The time that the status of the network has is that of the pod if the pod was not created later.
 * Without it, for example after an upgrade, the conditions of the pod decide: `Ready` is False from
 * the start of a pod and does not change before `Initialized` is True.
 *
 * @param recorded the firstReadyTime of the node in the status of the network
 */
export function firstReady(pod: Pod, recorded: string | undefined): number | undefined {
  if (hasEnded(pod)) return undefined;
  const recordedTime = Date.parse(recorded ?? '');
  const created = Date.parse(pod.metadata.creationTimestamp ?? '');
  if (!Number.isNaN(recordedTime) && !(recordedTime < created)) return recordedTime;
  const ready = conditionOf(pod, 'Ready');
  const transition = Date.parse(ready?.lastTransitionTime ?? '');
  const initialized = conditionOf(pod, 'Initialized');
  const wasReady = Date.parse(initialized?.lastTransitionTime ?? '') < transition;
  if (ready?.status !== 'True' && !wasReady) return undefined;
  return Number.isNaN(transition) ? 0 : transition;
}

/** Whether all containers of a pod stopped for good, as after an eviction by the kubelet. */
export function hasEnded({ status }: Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}
