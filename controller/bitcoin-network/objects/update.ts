import { controllerName } from '../../../constructs/bitcoin-network/labels.ts';
import type { KubeObject, UnstructuredObject } from '../../../kube/api/object.ts';
import { apply } from '../../../kube/apply/apply.ts';
import { digest } from '../../../kube/apply/owned-fields.ts';
import type { ManagedObjects } from '../../cache/network-cache.ts';
import type { Scope } from '../scope.ts';
import { recordOverride, recordUpdate } from './announce.ts';
import { driftOf, overrideOf } from './drift.ts';
import { withPodsHeld } from './hold.ts';
import type { Overrides } from './overrides.ts';
import { reclaimFields } from './reclaim.ts';

/** The fields that admission set to other values than those applied; undefined if none. */
type OverriddenPaths = readonly string[] | undefined;

/** Applies an object over the live one if they differ. */
export async function updateObject(
  scope: Scope,
  overrides: Overrides,
  objects: ManagedObjects,
  object: UnstructuredObject,
  live: UnstructuredObject,
): Promise<OverriddenPaths> {
  const current = await reclaimFields(scope, objects, live);
  const first = await applyOver(scope, overrides, objects, object, current);
  // The first apply of an object without managedFields assigns its fields to another manager.
  const reclaimed = await reclaimFields(scope, objects, first.result);
  if (reclaimed === first.result) return first.overridden;
  // Pods that the first apply held are held by the second one too.
  return (await applyOver(scope, overrides, objects, first.sent, reclaimed)).overridden;
}

/** The outcome of one apply. */
interface Applied {
  readonly sent: UnstructuredObject;
  readonly result: UnstructuredObject;
  readonly overridden: OverriddenPaths;
}

async function applyOver(
  scope: Scope,
  overrides: Overrides,
  objects: ManagedObjects,
  object: UnstructuredObject,
  live: UnstructuredObject,
): Promise<Applied> {
  const { plan, client, key, signal } = scope;
  const drift = driftOf(object, live);
  if (drift.length === 0) {
    objects.record(live);
    return { sent: object, result: live, overridden: undefined };
  }
  const held = withPodsHeld(plan.nodes.size, object, live, drift, overrides.of(key, object));
  // With the uid, the API server rejects the request if another object has taken the name.
  const metadata = { ...held.metadata, uid: live.metadata.uid! };
  const options = { fieldManager: controllerName, signal };
  const result = await apply(client, objects.resource, { ...held, metadata }, options);
  objects.record(result);
  const overridden = recordResponse(scope, overrides, held, result);
  if (contentDigest(live) !== contentDigest(result)) {
    const changes = drift.filter(({ path }) => overridden?.includes(path) !== true);
    recordUpdate(scope, object, changes);
  }
  return { sent: held, result, overridden };
}

/** Stores what admission changed in an object that was applied, with an event for what is new. */
export function recordResponse(
  scope: Scope,
  overrides: Overrides,
  sent: UnstructuredObject,
  response: KubeObject,
): OverriddenPaths {
  const override = overrideOf(sent, response);
  if (override === undefined) {
    overrides.remove(scope.key, sent);
    return undefined;
  }
  const { paths } = override;
  const reported = new Set(overrides.of(scope.key, sent).flatMap((earlier) => earlier.paths));
  overrides.add(scope.key, sent, override);
  if (paths.some((path) => !reported.has(path))) recordOverride(scope, sent, paths);
  return paths;
}

/** Returns a digest of an object without the fields that the API server sets with each write. */
function contentDigest({ metadata, ...object }: UnstructuredObject): string {
  const bookkeeping = {
    managedFields: undefined,
    resourceVersion: undefined,
    generation: undefined,
  };
  return digest({ ...object, status: undefined, metadata: { ...metadata, ...bookkeeping } });
}
