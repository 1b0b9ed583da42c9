import { controllerName } from '../../../constructs/bitcoin-network/labels.ts';
import { isNotFound } from '../../../kube/api/errors.ts';
import { formatKey, type KubeObject, type UnstructuredObject } from '../../../kube/api/object.ts';
import { apply } from '../../../kube/apply/apply.ts';
import { findDrift } from '../../../kube/apply/drift.ts';
import type { ManagedObjects } from '../../cache/network-cache.ts';
import type { StatefulSet } from '../../cache/workloads.ts';
import { recordEvent } from '../events.ts';
import { eventReasons } from '../reasons.ts';
import type { Scope } from '../scope.ts';
import { joinLimited } from '../message.ts';
import type { ApplyFailure } from './failure.ts';
import { ownershipFailure } from './ownership.ts';

/** An object to apply, with the digest that the cache has of it once it is applied. */
export interface DesiredObject {
  readonly object: UnstructuredObject;
  readonly digest: string;
}

/** Whether the cached object is the desired one. */
export function isConverged(objects: ManagedObjects, { object, digest }: DesiredObject): boolean {
  return objects.get(formatKey(object.metadata))?.digest === digest;
}

/**
 * Applies one object unless the live one matches it. The live object is read from the API server,
 * because the cache holds a digest only, and no object without our label.
 *
 * @param created receives created objects; the caller records the event
 * @returns the failure if another owner has the object
 * @throws ApiError and ConnectionError
 */
export async function applyObject(
  scope: Scope,
  desired: DesiredObject,
  created: string[],
): Promise<ApplyFailure | undefined> {
  const { network, client, cache, signal } = scope;
  const { object } = desired;
  const objects = cache.managed.get(object.kind)!;
  if (isConverged(objects, desired)) return undefined;
  const live = await readObject(scope, objects, object);
  const failure = live && ownershipFailure(network, live);
  if (failure) return failure;
  const drift = live ? driftOf(object, live) : [];
  if (live && drift.length === 0) {
    objects.record(live);
    return undefined;
  }
  const isTemplateChanged = drift.some((path) => path.startsWith('spec.template'));
  const held = isTemplateChanged ? withAllPodsHeld(network.spec.nodes, object, live) : object;
  const result = await apply(client, objects.resource, held, {
    fieldManager: controllerName,
    signal,
  });
  objects.record(result);
  if (live && live.metadata.resourceVersion === result.metadata.resourceVersion) return undefined;
  recordChange(scope, object, { isCreated: !live, drift, created });
  return undefined;
}

/**
 * Returns the paths of the fields that an apply would change. Any client may write managedFields:
 * if they are malformed, an apply restores them.
 */
function driftOf(desired: KubeObject, live: KubeObject): string[] {
  try {
    return [...findDrift(desired, live, controllerName)].map(({ path }) => path);
  } catch {
    return ['metadata.managedFields'];
  }
}

/** Reads a live object; undefined if it does not exist. */
export async function readObject(
  { client, signal }: Pick<Scope, 'client' | 'signal'>,
  { resource }: Pick<ManagedObjects, 'resource'>,
  { metadata }: KubeObject,
): Promise<UnstructuredObject | undefined> {
  try {
    return await client.get(resource, metadata, { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The update partition moves in every rollout, which has its own events. */
const partitionPath = 'spec.updateStrategy.rollingUpdate.partition';

interface ObjectChange {
  readonly isCreated: boolean;
  /** Paths of the changed fields. */
  readonly drift: readonly string[];
  readonly created: string[];
}

function recordChange(
  scope: Scope,
  { kind, metadata: { name } }: KubeObject,
  { isCreated, drift, created }: ObjectChange,
): void {
  const { metadata, status } = scope.network;
  const isSpecChanged = metadata.generation !== status?.observedGeneration;
  const title = `${kind} ${name}`;
  const changedFields = drift.filter((path) => path !== partitionPath);
  if (isCreated && isSpecChanged) {
    created.push(title);
  } else if (isCreated) {
    // A different note from the first event, because repeated notes are only counted.
    const note = `recreated ${title}`;
    recordEvent(scope, 'objects', { type: 'Normal', reason: eventReasons.reverted, note });
  } else if (changedFields.length > 0) {
    const reason = isSpecChanged ? eventReasons.updated : eventReasons.reverted;
    const verb = isSpecChanged ? 'updated' : 'reverted';
    const note = `${verb} ${title}: ${joinLimited(changedFields)}`;
    recordEvent(scope, 'objects', { type: 'Normal', reason, note });
  }
}

/**
 * Returns the StatefulSet with an update partition that holds every existing pod, because a
 * template that changes during a rollout must not find an open partition. Pods that do not exist
 * yet may be of the new revision.
 */
function withAllPodsHeld(
  nodes: number,
  object: UnstructuredObject,
  live: KubeObject | undefined,
): UnstructuredObject {
  const replicas = (live as StatefulSet | undefined)?.spec.replicas ?? nodes;
  const partition = Math.min(nodes, replicas);
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } };
  return { ...object, spec: { ...(object.spec as object), updateStrategy } };
}
