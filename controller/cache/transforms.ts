import { controllerName, networkLabel } from '../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { digest, ownedPart } from '../../kube/apply/owned-fields.ts';
import type { KubeObject, ObjectMeta } from '../../kube/api/object.ts';
import { revisionLabel, type ContainerStatus, type Pod, type StatefulSet } from './workloads.ts';

/**
 * A cached object of a managed kind. Its digest shows whether the object is as applied; if it is
 * not, the reconcile reads the object from the API server. Whole objects would be most of the
 * controller's memory: docs/adr/0011.
 */
export interface AppliedObject extends KubeObject {
  /** Digest of the fields that this controller applied, with their current values. */
  readonly digest: string;
}

/** Reduces an object of a managed kind to its identity and its digest. */
export function transformObject(live: KubeObject): AppliedObject {
  const { apiVersion, kind, metadata } = live;
  const ownedDigest = digest(ownedPart(live, controllerName));
  return { apiVersion, kind, metadata: identity(metadata, networkLabel), digest: ownedDigest };
}

/** A cached StatefulSet. */
export type AppliedStatefulSet = AppliedObject & StatefulSet;

/** Reduces a StatefulSet like {@link transformObject}, and keeps the fields that rollouts read. */
export function transformStatefulSet(live: StatefulSet): AppliedStatefulSet {
  const { replicas, updateStrategy } = live.spec;
  const { observedGeneration, replicas: pods, currentRevision, updateRevision } = live.status ?? {};
  const partition = updateStrategy?.rollingUpdate?.partition;
  return {
    ...transformObject(live),
    spec: {
      ...(replicas !== undefined && { replicas }),
      ...(partition !== undefined && { updateStrategy: { rollingUpdate: { partition } } }),
    },
    status: {
      ...(observedGeneration !== undefined && { observedGeneration }),
      ...(pods !== undefined && { replicas: pods }),
      ...(currentRevision !== undefined && { currentRevision }),
      ...(updateRevision !== undefined && { updateRevision }),
    },
  };
}

/** Removes managedFields from a network. */
export function transformNetwork(network: BitcoinNetwork): BitcoinNetwork {
  const metadata: ObjectMeta = { ...network.metadata, managedFields: undefined };
  return { ...network, metadata };
}

/** Reduces a pod to the fields that are read. Container states are read until the pod is ready. */
export function transformPod({ apiVersion, kind, metadata, status = {} }: Pod): Pod {
  const { podIP, conditions = [], initContainerStatuses, containerStatuses } = status;
  const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return {
    apiVersion,
    kind,
    metadata: identity(metadata, networkLabel, revisionLabel),
    status: {
      ...(podIP !== undefined && { podIP }),
      conditions: conditions.filter(({ type }) => type === 'Ready' || type === 'PodScheduled'),
      ...(!isReady && {
        initContainerStatuses: initContainerStatuses?.map(transformContainer) ?? [],
        containerStatuses: containerStatuses?.map(transformContainer) ?? [],
      }),
    },
  };
}

function transformContainer({ name, state, lastState }: ContainerStatus): ContainerStatus {
  return { name, ...(state && { state }), ...(lastState && { lastState }) };
}

/** Returns the metadata that identifies an object, and the named labels. */
function identity(metadata: ObjectMeta, ...labelNames: readonly string[]): ObjectMeta {
  const { name, namespace, uid, resourceVersion, generation, deletionTimestamp } = metadata;
  const labels = Object.entries(metadata.labels ?? {});
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(generation !== undefined && { generation }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    labels: Object.fromEntries(labels.filter(([label]) => labelNames.includes(label))),
  };
}
