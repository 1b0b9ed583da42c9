import type { Pod } from './pod.ts';

const defaultSeconds = 30;

/** The grace period for a container that restarts, in ms. */
export function gracePeriod({ spec }: Pod): number {
  return (spec.terminationGracePeriodSeconds ?? defaultSeconds) * 1000;
}

/** The grace period of a pod that is being deleted, in ms. */
export function deletionGracePeriod(pod: Pod): number {
  const { deletionGracePeriodSeconds } = pod.metadata;
  return deletionGracePeriodSeconds === undefined
    ? gracePeriod(pod)
    : deletionGracePeriodSeconds * 1000;
}
