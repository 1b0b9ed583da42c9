import { controllerName, networkLabel } from '../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { digest, ownedPart } from '../../kube/apply/owned-fields.ts';
import type { KubeObject, ObjectMeta } from '../../kube/api/object.ts';
import { revisionLabel, type ContainerStatus, type Pod, type StatefulSet } from './workloads.ts';

/**
 * What is kept of an object of a chart: whether it is as applied. The object itself is read from the
 * API server when it is not. The rest would be most of the controller's memory: docs/adr/0011.
 */
export interface AppliedObject extends KubeObject {
  /** Of the fields that this controller applied, with the values they have now. */
  readonly digest: string;
}

export function transformObject(live: KubeObject): AppliedObject {
  const { apiVersion, kind, metadata } = live;
  const digestNow = digest(ownedPart(live, controllerName));
  return { apiVersion, kind, metadata: identity(metadata, networkLabel), digest: digestNow };
}

export type AppliedStatefulSet = AppliedObject & StatefulSet;

/** As {@link transformObject}, with what the controller reads of a StatefulSet. */
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

/** What is kept of a network: all but who manages its fields. */
export function transformNetwork(network: BitcoinNetwork): BitcoinNetwork {
  const metadata: ObjectMeta = { ...network.metadata, managedFields: undefined };
  return { ...network, metadata };
}

/** What is kept of a pod. What its containers go through is of interest until it is ready. */
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
