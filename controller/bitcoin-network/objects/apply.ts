import { controllerName } from '../../../constructs/bitcoin-network/labels.ts';
import { ConflictError, isNotFound } from '../../../kube/api/errors.ts';
import { formatKey, type KubeObject, type UnstructuredObject } from '../../../kube/api/object.ts';
import { apply, applyIfAbsent } from '../../../kube/apply/apply.ts';
import { findDrift, type Drift } from '../../../kube/apply/drift.ts';
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
export function isApplied(objects: ManagedObjects, { object, digest }: DesiredObject): boolean {
  return objects.get(formatKey(object.metadata))?.digest === digest;
}

/** The outcome of {@link applyObject}. */
export interface ApplyOutcome {
  /** Why the object was left alone; undefined if it is as desired. */
  readonly failure?: ApplyFailure;
  /** Whether the object did not exist before. */
  readonly isCreated?: boolean;
}

/**
 * Applies one object unless the live one matches it. An object that the cache lacks is created
 * without a read. Any other is read from the API server, because the cache holds a digest only.
 *
 * @throws ApiError and ConnectionError
 */
export async function applyObject(scope: Scope, desired: DesiredObject): Promise<ApplyOutcome> {
  const { object } = desired;
  const objects = scope.cache.managed.get(object.kind)!;
  const cached = objects.get(formatKey(object.metadata));
  if (cached?.digest === desired.digest) return {};
  const known = cached && (await readObject(scope, objects, object));
  if (!known && (await createObject(scope, objects, object))) return { isCreated: true };
  // The cache lacks an object without our label, and one that was created since the watch last
  // delivered.
  const live = known ?? (await readObject(scope, objects, object));
  if (!live) throw new ConflictError(`${object.kind} ${object.metadata.name} was deleted`);
  const failure = ownershipFailure(scope.network, live);
  if (failure) return { failure };
  await updateObject(scope, objects, object, live);
  return {};
}

/** Creates an object. @returns false if an object with this name exists */
async function createObject(
  { client, signal }: Scope,
  objects: ManagedObjects,
  object: UnstructuredObject,
): Promise<boolean> {
  const options = { fieldManager: controllerName, signal };
  const created = await applyIfAbsent(client, objects.resource, object, options);
  if (created) objects.record(created);
  return created !== undefined;
}

/** Applies an object over the live one if they differ. */
async function updateObject(
  scope: Scope,
  objects: ManagedObjects,
  object: UnstructuredObject,
  live: UnstructuredObject,
): Promise<void> {
  const { plan, client, signal } = scope;
  const drift = driftOf(object, live);
  if (drift.length === 0) {
    objects.record(live);
    return;
  }
  const isTemplateChanged = drift.some(({ path }) =>
    /^(spec\.template|metadata\.managedFields)/.test(path),
  );
  const held = isTemplateChanged ? withAllPodsHeld(plan.nodes.size, object, live) : object;
  // With the uid, the API server rejects the request if another object has taken the name.
  const metadata = { ...held.metadata, uid: live.metadata.uid! };
  const options = { fieldManager: controllerName, signal };
  const result = await apply(client, objects.resource, { ...held, metadata }, options);
  objects.record(result);
  const isChanged = live.metadata.resourceVersion !== result.metadata.resourceVersion;
  if (isChanged) recordUpdate(scope, object, drift);
}

/**
 * Returns the fields that an apply would change. Any client may write managedFields: if they are
 * malformed, an apply restores them, and any field may change.
 */
function driftOf(desired: KubeObject, live: KubeObject): Drift[] {
  try {
    return [...findDrift(desired, live, controllerName)];
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return [{ path: 'metadata.managedFields', cause: 'missing' }];
  }
}

/** Reads a live object; undefined if it does not exist. */
export async function readObject(
  { client, signal }: Pick<Scope, 'client' | 'signal'>,
  { resource }: Pick<ManagedObjects, 'resource'>,
  { metadata }: Pick<KubeObject, 'metadata'>,
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

/**
 * Records an event for the fields of an object that changed. A field that the controller still owns
 * has another value because something else is desired, after an edit or an upgrade. Any other field
 * was changed by another client, unless the spec changed.
 */
function recordUpdate(scope: Scope, { kind, metadata }: KubeObject, drift: readonly Drift[]): void {
  const changes = drift.filter(({ path }) => path !== partitionPath);
  if (changes.length === 0) return;
  const isUpdated = isSpecChanged(scope) || changes.every(({ cause }) => cause !== 'missing');
  const [reason, verb] = isUpdated
    ? ([eventReasons.updated, 'updated'] as const)
    : ([eventReasons.reverted, 'reverted'] as const);
  const note = `${verb} ${kind} ${metadata.name}: ${joinLimited(changes.map(({ path }) => path))}`;
  recordEvent(scope, 'objects', { type: 'Normal', reason, note });
}

/**
 * Records an event for created objects.
 *
 * @param titles the kinds and names of the objects; the list may be empty
 */
export function recordCreation(scope: Scope, titles: readonly string[]): void {
  if (titles.length === 0) return;
  // Notes differ, because repeated notes are only counted.
  const [reason, verb] = isSpecChanged(scope)
    ? ([eventReasons.created, 'created'] as const)
    : ([eventReasons.reverted, 'recreated'] as const);
  const note = `${verb} ${joinLimited(titles)}`;
  recordEvent(scope, 'objects', { type: 'Normal', reason, note });
}

/** Whether no reconcile has completed for the current spec yet. */
function isSpecChanged({ network: { metadata, status } }: Scope): boolean {
  return metadata.generation !== status?.observedGeneration;
}

/**
 * Returns the StatefulSet with an update partition that holds every existing pod, because a
 * template that changes during a rollout must not find an open partition. Pods that do not exist
 * yet may be of the new revision.
 */
function withAllPodsHeld(
  nodes: number,
  object: UnstructuredObject,
  live: KubeObject,
): UnstructuredObject {
  const replicas = (live as StatefulSet).spec.replicas ?? nodes;
  const partition = Math.min(nodes, replicas);
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition } };
  return { ...object, spec: { ...(object.spec as object), updateStrategy } };
}
