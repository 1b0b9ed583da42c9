import {
  Reflector,
  type KubeClient,
  type KubeObject,
  type Logger,
  type Resource,
} from '../kube/index.ts';

/** The fields of a Pod that show whether it has restarted. */
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

/**
 * Whether a pod has restarted: all its containers are ready and have started since a given time. A
 * status with older containers was written before the kubelet stopped. Pods that have ended, are
 * being deleted or are not scheduled count as restarted.
 *
 * @param since the start of the kubelet; the API has whole seconds
 */
export function hasRestarted({ metadata, spec, status }: StartedPod, since: Date): boolean {
  const hasEnded = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  const isDeleted = metadata.deletionTimestamp !== undefined;
  if (hasEnded || isDeleted || spec.nodeName === undefined) return true;
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

/** Waits until every pod has restarted. @throws the signal's reason */
export async function untilPodsRestarted(
  client: KubeClient,
  log: Logger,
  since: Date,
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  const check = (): void => {
    const { hasSynced, store } = reflector;
    if (hasSynced && store.list().every((pod) => hasRestarted(pod, since))) done.abort();
  };
  const reflector = new Reflector<StartedPod>({ client, log, resource: pods, onChange: check });
  const watching = reflector.run(AbortSignal.any([signal, done.signal]));
  await reflector.waitForSync(signal);
  check();
  await watching;
  if (!done.signal.aborted) signal.throwIfAborted();
}
