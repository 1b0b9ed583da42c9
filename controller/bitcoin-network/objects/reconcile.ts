import { isRequiredName, managedKinds } from '../../../constructs/bitcoin-network/managed-kinds.ts';
import { formatKey, parseKey } from '../../../kube/api/object.ts';
import { digest } from '../../../kube/apply/owned-fields.ts';
import { joinLimited } from '../message.ts';
import type { NodeState } from '../nodes/observe.ts';
import { pollInterval, type PhaseResult } from '../phase.ts';
import { keepOldConfiguration } from './old-configuration.ts';
import type { Scope } from '../scope.ts';
import { recordCreation } from './announce.ts';
import { applyObject, isApplied, type DesiredObject } from './apply.ts';
import type { ConvergedNetworks } from './converged.ts';
import { applyFailure, isNamespaceTerminating, type ApplyFailure } from './failure.ts';
import { titleOf } from './overrides.ts';
import { pruneObjects } from './prune.ts';
import { synthesize } from './synthesize.ts';

/** The result of {@link reconcileObjects}. */
export interface ObjectsResult extends PhaseResult {
  /** Why objects could not be applied; undefined if all of them are. */
  readonly failure: ApplyFailure | undefined;
  /** Whether these are the first objects of a network that has no status yet. */
  readonly isNew: boolean;
  /**
   * The objects in which admission changes what the controller applies, with the fields; undefined
   * if there are none.
   */
  readonly overridden?: readonly string[];
}

/**
 * Applies the objects of a network that differ from the synthesized ones, and deletes those that
 * the spec no longer needs. It stops at an object of another owner, unless the network adopts it.
 *
 * @param updatePartition see `heldPartition` and `planRollout`
 * @throws ApiError and ConnectionError, for which a retry may succeed
 */
export async function reconcileObjects(
  scope: Scope,
  converged: ConvergedNetworks,
  updatePartition: number,
  nodes: readonly NodeState[] = [],
): Promise<ObjectsResult> {
  const before = fingerprint(scope, updatePartition);
  if (converged.has(scope.key, before)) return applied(converged.overridden(scope.key));
  converged.reset(scope.key);
  const objects = synthesize(scope, updatePartition);
  if ('reason' in objects) return failed(objects);
  const desired = objects.map((object) => ({ object, digest: digest(object) }));
  const created: string[] = [];
  const overridden: string[] = [];
  try {
    await keepOldConfiguration(scope, nodes, objects, updatePartition);
    for (const each of desired) {
      const outcome = await applyObject(scope, converged.overrides, each);
      if (outcome.failure) return failed(outcome.failure);
      const title = titleOf(each.object);
      if (outcome.isCreated) created.push(title);
      if (outcome.overridden) overridden.push(`${title}: ${joinLimited(outcome.overridden)}`);
    }
    await pruneObjects(scope, objects);
  } catch (error) {
    if (isNamespaceTerminating(error)) return failed(applyFailure(error));
    throw error;
  } finally {
    recordCreation(scope, created);
  }
  const after = fingerprint(scope, updatePartition);
  // A StatefulSet whose pods were held is not the desired one yet and needs another comparison.
  const isConverged = areConverged(scope, converged, desired) || after === before;
  if (after !== undefined && isConverged && areWatched(scope, desired)) {
    converged.set(scope.key, after, overridden);
  }
  const isNew = created.length > 0 && scope.network.status === undefined;
  return { ...applied(overridden), isNew };
}

function applied(overridden: readonly string[]): ObjectsResult {
  return { failure: undefined, isNew: false, ...(overridden.length > 0 && { overridden }) };
}

function failed(failure: ApplyFailure): ObjectsResult {
  return { failure, isNew: false, requeueAfter: failure.terminal ? undefined : pollInterval };
}

function areConverged(
  { key, cache }: Scope,
  { overrides }: ConvergedNetworks,
  desired: readonly DesiredObject[],
): boolean {
  return desired.every((each) =>
    isApplied(cache.managed.get(each.object.kind)!, each, overrides.of(key, each.object)),
  );
}

/**
 * Whether the watch has delivered every desired object that a network may have or not. The
 * fingerprint covers such objects only from then on.
 */
function areWatched({ key, cache }: Scope, desired: readonly DesiredObject[]): boolean {
  return managedKinds.every((kind) => {
    const watched = cache.managed.get(kind.kind)!.optionalOf(key);
    const names = new Set(watched.map(({ metadata }) => metadata.name));
    return desired
      .filter(({ object }) => object.kind === kind.kind)
      .map(({ object }) => object.metadata.name)
      .every((name) => names.has(name) || isRequiredName(kind, parseKey(key).name, name));
  });
}

/**
 * Returns a digest of everything that {@link reconcileObjects} depends on, or undefined if a
 * required object does not exist.
 */
function fingerprint(
  { network, key, cache }: Pick<Scope, 'network' | 'key' | 'cache'>,
  updatePartition: number,
): string | undefined {
  const { name, namespace, uid, generation } = network.metadata;
  const inputs: unknown[] = [uid, generation, updatePartition];
  for (const { kind, suffix } of managedKinds) {
    const objects = cache.managed.get(kind)!;
    if (suffix.required !== undefined) {
      const object = objects.get(formatKey({ namespace, name: name + suffix.required }));
      if (object === undefined) return undefined;
      inputs.push(object.digest);
    }
    for (const { metadata, digest } of objects.optionalOf(key)) inputs.push(metadata.name, digest);
  }
  return digest(inputs);
}
