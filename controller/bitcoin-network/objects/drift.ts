import { controllerName } from '../../../constructs/bitcoin-network/labels.ts';
import type { KubeObject, UnstructuredObject } from '../../../kube/api/object.ts';
import { findDrift, type Drift } from '../../../kube/apply/drift.ts';
import { digest, ownedPart } from '../../../kube/apply/owned-fields.ts';
import { ownedDigestOf } from '../../cache/transforms.ts';
import type { Override } from './overrides.ts';

/**
 * Returns the fields that an apply would change. Any client may write managedFields: if they are
 * malformed, an apply restores them, and any field may change.
 */
export function driftOf(desired: KubeObject, live: KubeObject): Drift[] {
  try {
    return [...findDrift(desired, live, controllerName)];
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return [{ path: 'metadata.managedFields', cause: 'missing' }];
  }
}

/**
 * Compares an object that was applied with the API server's response. Only admission changes fields
 * in between.
 *
 * @returns undefined if they are equal
 */
export function overrideOf(sent: UnstructuredObject, response: KubeObject): Override | undefined {
  const paths = driftOf(sent, response).map(({ path }) => path);
  if (paths.length === 0) return undefined;
  return {
    desired: digest(sent),
    live: ownedDigestOf(response),
    template: templateDigest(sent, response),
    paths,
  };
}

/** Returns a digest of the pod template as it is desired and of its applied fields as they are. */
export function templateDigest(desired: UnstructuredObject, live: KubeObject): string {
  const templateOf = (object: unknown) =>
    (object as { readonly spec?: { readonly template?: unknown } } | undefined)?.spec?.template;
  try {
    return digest([templateOf(desired), templateOf(ownedPart(live, controllerName))]);
  } catch {
    // The managedFields are malformed.
    return digest([templateOf(desired)]);
  }
}
