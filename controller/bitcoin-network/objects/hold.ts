import type { KubeObject, UnstructuredObject } from '../../../kube/api/object.ts';
import type { Drift } from '../../../kube/apply/drift.ts';
import type { StatefulSet } from '../../cache/workloads.ts';
import { templateDigest } from './drift.ts';
import type { Override } from './overrides.ts';

/**
 * Returns the object, with an update partition that holds every existing pod if the apply changes
 * the pod template: a template that changes during a rollout must not find an open partition. Pods
 * that do not exist yet may be of the new revision.
 *
 * A template that differs only because admission changed what the controller applied does not
 * change again, and its rollout goes on.
 *
 * @param nodes the number of nodes of the network
 * @param drift the fields in which the live object differs
 */
export function withPodsHeld(
  nodes: number,
  object: UnstructuredObject,
  live: KubeObject,
  drift: readonly Drift[],
  overrides: readonly Override[],
): UnstructuredObject {
  const isTemplateAffected = drift.some(({ path }) =>
    /^(spec$|spec\.template|metadata\.managedFields)/.test(path),
  );
  if (object.kind !== 'StatefulSet' || !isTemplateAffected) return object;
  const template = templateDigest(object, live);
  if (overrides.some((override) => override.template === template)) return object;
  const replicas = (live as StatefulSet).spec.replicas ?? nodes;
  const partition = Math.min(nodes, replicas);
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } };
  return { ...object, spec: { ...(object.spec as object), updateStrategy } };
}
