import {
  checksumAnnotation,
  controllerName,
  networkLabel,
} from '../../constructs/bitcoin-network/labels.ts';
import { revisionsKey } from '../../constructs/bitcoin-network/revisions.ts';
import { apiGroup } from '../../crds/api-group.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { digest, ownedPart } from '../../kube/apply/owned-fields.ts';
import type { KubeObject, ObjectMeta } from '../../kube/api/object.ts';
import { revisionLabel, type ContainerStatus, type Pod, type StatefulSet } from './workloads.ts';

/**
 * A cached object of a managed kind. Its digest shows whether the object is as applied; if it is
 * not, the reconcile reads the object from the API server. Whole objects would take most of the
 * controller's memory (docs/adr/0011-digests-of-applied-objects.md).
 */
export interface AppliedObject extends KubeObject {
  /** Digest of the fields that this controller applied, with their current values. */
  readonly digest: string;
  /** Digest of the older configurations in a ConfigMap; absent without any. */
  readonly revisions?: string;
}

/** Characters of a pod's message that are cached; any client may write a status. */
const maxMessageLength = 1_024;

/** Digest of an object with a foreign name or with malformed managedFields. */
const noDigest = '';

/**
 * Reduces an object of a managed kind to its identity and its digest.
 *
 * @param isOurs whether the object has a name of the network that its label names. Any client may
 *   create an object with the label, so the others get no digest
 */
export function transformObject(live: KubeObject, isOurs = true): AppliedObject {
  const { apiVersion, kind, metadata } = live;
  const ownedDigest = isOurs ? ownedDigestOf(live) : noDigest;
  return { apiVersion, kind, metadata: identity(metadata, networkLabel), digest: ownedDigest };
}

/**
 * Reduces a ConfigMap like {@link transformObject}, and keeps a digest of the list of older
 * configurations.
 */
export function transformConfigMap(live: KubeObject, isOurs = true): AppliedObject {
  const { data } = live as { readonly data?: Readonly<Record<string, unknown>> };
  const revisions = isOurs ? data?.[revisionsKey] : undefined;
  return {
    ...transformObject(live, isOurs),
    ...(revisions !== undefined && { revisions: digest(revisions) }),
  };
}

/**
 * Returns the digest of the fields that this controller applied. Any client may write
 * managedFields, and a transform that throws stops the watch of its kind.
 */
export function ownedDigestOf(live: KubeObject): string {
  try {
    return digest(ownedPart(live, controllerName));
  } catch {
    return noDigest;
  }
}

/** A cached StatefulSet. */
export type AppliedStatefulSet = AppliedObject & StatefulSet;

/** Reduces a StatefulSet like {@link transformObject}, and keeps the fields that rollouts read. */
export function transformStatefulSet(live: StatefulSet, isOurs = true): AppliedStatefulSet {
  const { replicas, updateStrategy } = live.spec;
  const { observedGeneration, replicas: pods, currentRevision, updateRevision } = live.status ?? {};
  const partition = updateStrategy?.rollingUpdate?.partition;
  return {
    ...transformObject(live, isOurs),
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

/** Reduces the metadata of a network to its identity and the annotations of the API group. */
export function transformNetwork({ metadata, ...network }: BitcoinNetwork): BitcoinNetwork {
  const annotations = Object.entries(metadata.annotations ?? {});
  const own = annotations.filter(([name]) => name.startsWith(`${apiGroup}/`));
  return {
    ...network,
    metadata: {
      ...identity(metadata),
      ...(own.length > 0 && { annotations: Object.fromEntries(own) }),
    },
  };
}

/** Reduces a pod to the fields that are read. Container states are read until the pod is ready. */
export function transformPod({ apiVersion, kind, metadata, spec, status = {} }: Pod): Pod {
  const { phase, podIP, reason, message, conditions = [] } = status;
  const { initContainerStatuses, containerStatuses } = status;
  // A pod that ended keeps its IP address in its status while another pod gets it.
  const hasEnded = phase === 'Failed' || phase === 'Succeeded';
  const isReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const isDeleted = metadata.deletionTimestamp !== undefined;
  const { deletionGracePeriodSeconds, finalizers } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      ...identity(metadata, networkLabel, revisionLabel),
      ...podMetadata(metadata),
      ownerReferences: (metadata.ownerReferences ?? []).filter(({ controller }) => controller),
      ...(isDeleted && deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
      ...(isDeleted && finalizers && { finalizers }),
    },
    ...(isDeleted && spec?.nodeName !== undefined && { spec: { nodeName: spec.nodeName } }),
    status: {
      ...(hasEnded && { phase }),
      ...(reason !== undefined && { reason }),
      ...(message !== undefined && { message: message.slice(0, maxMessageLength) }),
      ...(podIP !== undefined && !hasEnded && { podIP }),
      conditions: conditions.filter(
        ({ type }) => podConditions.has(type) || (!isReady && type === 'Initialized'),
      ),
      ...(!isReady && {
        initContainerStatuses: initContainerStatuses?.map(transformContainer) ?? [],
        containerStatuses: containerStatuses?.map(transformContainer) ?? [],
      }),
    },
  };
}

/**
 * The conditions of a pod that are read. DisruptionTarget says why a pod is deleted. `Initialized`
 * is read until the pod is ready.
 */
const podConditions = new Set(['Ready', 'PodScheduled', 'DisruptionTarget']);

/** The metadata of a pod that shows when it was created and from which configuration. */
function podMetadata({ creationTimestamp, annotations }: ObjectMeta): Partial<ObjectMeta> {
  const checksum = annotations?.[checksumAnnotation];
  return {
    ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...(checksum !== undefined && { annotations: { [checksumAnnotation]: checksum } }),
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
