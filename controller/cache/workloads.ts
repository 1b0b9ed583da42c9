import type { KubeObject } from '../../kube/api/object.ts';

/** Label of a pod with the StatefulSet revision that it was created from. */
export const revisionLabel = 'controller-revision-hash';

/** The fields of a StatefulSet that the controller reads. */
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

/** The state of a container. */
export interface ContainerState {
  readonly running?: { readonly startedAt?: string };
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason?: string;
    /** The last output of bitcoind or of the start script. */
    readonly message?: string;
  };
}

/** The fields of a container status that the controller reads. */
export interface ContainerStatus {
  readonly name: string;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

/** The fields of a pod condition that the controller reads. */
export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** The fields of a Pod that the controller reads. */
export interface Pod extends KubeObject {
  readonly spec?: {
    /** The Kubernetes node that runs the pod; cached for pods that are being deleted. */
    readonly nodeName?: string;
  };
  readonly status?: {
    /** Cached for pods that ended. */
    readonly phase?: string;
    /** Why the pod ended, such as `Evicted`. */
    readonly reason?: string;
    readonly message?: string;
    readonly podIP?: string;
    readonly conditions?: readonly PodCondition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** Returns the condition of a pod, or undefined if it has none of this type. */
export function conditionOf(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** Whether the status of a StatefulSet describes its current spec. */
export function isObserved({ metadata, status }: StatefulSet): boolean {
  return status?.observedGeneration === metadata.generation;
}

/** Returns the update partition: a changed template replaces pods from this ordinal on. */
export function updatePartitionOf({ spec }: StatefulSet): number {
  return spec.updateStrategy?.rollingUpdate?.partition ?? 0;
}
