import { manager, networkLabel } from '../constructs/bitcoin-network/labels.ts';
import { digest, ownedPart } from '../kube/owned-fields.ts';
import type { KubeObject } from '../kube/object.ts';
import type { StatefulSet } from './workloads.ts';

/**
 * What is kept of an object of a chart. The rest is most of the controller's memory, and is read
 * from the API server when the digest is not the wanted one.
 */
export interface AppliedObject extends KubeObject {
  /** Of the fields that this controller applied, with the values they have now. */
  readonly digest: string;
}

/** Leaves the rest of an object out. */
export function appliedObject(live: KubeObject): AppliedObject {
  const { apiVersion, kind, metadata } = live;
  const { name, namespace, uid, resourceVersion, generation, labels } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(generation !== undefined && { generation }),
      labels: { [networkLabel]: labels?.[networkLabel] ?? '' },
    },
    digest: digest(ownedPart(live, manager)),
  };
}

export type AppliedStatefulSet = AppliedObject & StatefulSet;

/** As {@link appliedObject}, with what the controller reads of a StatefulSet. */
export function appliedStatefulSet(live: StatefulSet): AppliedStatefulSet {
  const { replicas, updateStrategy } = live.spec;
  const { observedGeneration, replicas: pods, currentRevision, updateRevision } = live.status ?? {};
  const partition = updateStrategy?.rollingUpdate?.partition;
  return {
    ...appliedObject(live),
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
