import { setTimeout as delay } from 'node:timers/promises';
import type { KubeClient, KubeObject, Resource } from '../kube/index.ts';

/** A Pod, as far as its restart is concerned. */
export interface StartedPod extends KubeObject {
  readonly spec: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly state?: { readonly running?: { readonly startedAt?: string } };
    }[];
  };
}

const pods: Resource = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

/** Milliseconds between two looks at the pods. */
const interval = 100;

/**
 * Whether a pod that was there before the node started runs again: all its containers are ready and
 * were started since. Until then its status is from before. A pod that has ended, is being deleted
 * or is on no node counts as running.
 *
 * @param since when the node started; the API's times are whole seconds
 */
export function runsAgain({ metadata, spec, status }: StartedPod, since: Date): boolean {
  const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  if (ended || metadata.deletionTimestamp !== undefined || spec.nodeName === undefined) return true;
  const earliest = Math.floor(since.getTime() / 1000) * 1000;
  const containers = status?.containerStatuses ?? [];
  return (
    containers.length > 0 &&
    containers.every(({ ready, state }) => {
      const startedAt = state?.running?.startedAt;
      return ready && startedAt !== undefined && Date.parse(startedAt) >= earliest;
    })
  );
}

/** Waits until every pod runs again, or the signal is aborted. */
export async function untilPodsRunAgain(
  client: KubeClient,
  since: Date,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { items } = await client.list<StartedPod>(pods, { signal });
    if (items.every((pod) => runsAgain(pod, since))) return;
    await delay(interval, undefined, { signal });
  }
}
