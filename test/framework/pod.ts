import type { KubeObject } from '../../kube/index.ts';

/** The fields of a Pod that the tests read. */
export interface Pod extends KubeObject {
  readonly spec?: {
    readonly containers: readonly { readonly resources: { readonly limits?: object } }[];
  };
  readonly status?: {
    readonly hostIP?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount?: number }[];
  };
}

/** Whether the pod is Ready and not being deleted. */
export function isPodReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && metadata.deletionTimestamp === undefined;
}

/** The number of restarts of all containers of the pod. */
export function restartCount({ status }: Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount: n = 0 }) => sum + n, 0);
}
