import type { KubeObject } from '../../kube/api/object.ts';

/** Of a pod: the revision of the StatefulSet that it was made from. */
export const revisionLabel = 'controller-revision-hash';

/** What the controller reads of a StatefulSet. */
export interface StatefulSet extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly updateStrategy?: { readonly rollingUpdate?: { readonly partition?: number } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

/** Why a container is not running; `message` carries what bitcoind or the start script printed last. */
export interface ContainerState {
  readonly running?: { readonly startedAt?: string };
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason?: string;
    readonly message?: string;
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

/** What the controller reads of a Pod. */
export interface Pod extends KubeObject {
  readonly status?: {
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** Whether the status is about the spec as it is now. */
export function isObserved({ metadata, status }: StatefulSet): boolean {
  return status?.observedGeneration === metadata.generation;
}

/** The update partition that a StatefulSet has: pods from this ordinal on follow a changed template. */
export function partitionOf({ spec }: StatefulSet): number {
  return spec.updateStrategy?.rollingUpdate?.partition ?? 0;
}
