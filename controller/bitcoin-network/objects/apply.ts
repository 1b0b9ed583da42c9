import { controllerName } from '../../../constructs/bitcoin-network/labels.ts';
import { ConflictError, isNotFound } from '../../../kube/api/errors.ts';
import { formatKey, type KubeObject, type UnstructuredObject } from '../../../kube/api/object.ts';
import { applyIfAbsent } from '../../../kube/apply/apply.ts';
import type { ManagedObjects } from '../../cache/network-cache.ts';
import type { Scope } from '../scope.ts';
import type { ApplyFailure } from './failure.ts';
import { titleOf, type Override, type Overrides } from './overrides.ts';
import { ownershipFailure } from './ownership.ts';
import { recordResponse, updateObject } from './update.ts';

/** An object to apply, with the digest that the cache has of it once it is applied. */
export interface DesiredObject {
  readonly object: UnstructuredObject;
  readonly digest: string;
}

/**
 * Whether the cached object is the desired one.
 *
 * @param overrides what admission made of the object when it was applied: the object is as desired
 *   while it is the result of the same apply
 */
export function isApplied(
  objects: ManagedObjects,
  { object, digest }: DesiredObject,
  overrides: readonly Override[] = [],
): boolean {
  const cached = objects.get(formatKey(object.metadata));
  if (cached === undefined) return false;
  return (
    cached.digest === digest || appliedOverride(cached.digest, digest, overrides) !== undefined
  );
}

function appliedOverride(
  cached: string,
  desired: string,
  overrides: readonly Override[],
): Override | undefined {
  return overrides.find((override) => override.desired === desired && override.live === cached);
}

/** The outcome of {@link applyObject}. */
export interface ApplyOutcome {
  /** Why the object was left alone; undefined if it is as desired. */
  readonly failure?: ApplyFailure;
  /** Whether the object did not exist before. */
  readonly isCreated?: boolean;
  /** The fields that admission sets to other values; undefined if there are none. */
  readonly overridden?: readonly string[] | undefined;
}

/**
 * Applies one object unless the live one matches it. An object that the cache lacks is created
 * without a read. Any other is read from the API server, because the cache holds a digest only.
 *
 * @throws ApiError and ConnectionError
 */
export async function applyObject(
  scope: Scope,
  overrides: Overrides,
  desired: DesiredObject,
): Promise<ApplyOutcome> {
  const { object } = desired;
  const objects = scope.cache.managed.get(object.kind)!;
  const cached = objects.get(formatKey(object.metadata));
  if (cached?.digest === desired.digest) return {};
  if (cached) {
    const earlier = overrides.of(scope.key, object);
    const override = appliedOverride(cached.digest, desired.digest, earlier);
    if (override) return { overridden: override.paths };
  }
  const known = cached && (await readObject(scope, objects, object));
  const created = known ? undefined : await createObject(scope, objects, object);
  if (created) {
    return { isCreated: true, overridden: recordResponse(scope, overrides, object, created) };
  }
  // The cache lacks an object without our label, and one that was created since the watch last
  // delivered.
  const live = known ?? (await readObject(scope, objects, object));
  if (!live) throw new ConflictError(`${titleOf(object)} was deleted`);
  const failure = ownershipFailure(scope.network, live);
  if (failure) return { failure };
  return { overridden: await updateObject(scope, overrides, objects, object, live) };
}

/** Creates an object. @returns undefined if an object with this name exists */
async function createObject(
  { client, signal }: Scope,
  objects: ManagedObjects,
  object: UnstructuredObject,
): Promise<UnstructuredObject | undefined> {
  const options = { fieldManager: controllerName, signal };
  const created = await applyIfAbsent(client, objects.resource, object, options);
  if (created) objects.record(created);
  return created;
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
