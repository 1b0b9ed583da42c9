import { controllerName } from '../../../constructs/bitcoin-network/labels.ts';
import { isRevisioned } from '../../../constructs/bitcoin-network/revisions.ts';
import type { ManagedFieldsEntry, UnstructuredObject } from '../../../kube/api/object.ts';
import { hasApplied, reclaimedFields, type IsShared } from '../../../kube/apply/reclaim.ts';
import type { ManagedObjects } from '../../cache/network-cache.ts';
import type { Scope } from '../scope.ts';
import { isOwned } from './ownership.ts';

/** Older configurations in a ConfigMap have a field manager of their own. */
const isOldConfiguration: IsShared = (part) => isRevisioned(part.slice('f:'.length));

/** With this value of managedFields, the API server removes all entries. */
const noEntries = [{}];

/**
 * Makes the controller's Apply entry own the fields that the controller applied, in case another
 * client dropped or rewrote managedFields. It changes no other field.
 *
 * @returns the object after the change, or the same object if there was nothing to change
 */
export async function reclaimFields(
  { network, client, signal }: Scope,
  { resource }: Pick<ManagedObjects, 'resource'>,
  live: UnstructuredObject,
): Promise<UnstructuredObject> {
  const managedFields = entriesOf(network, live);
  if (managedFields === undefined) return live;
  const { uid, resourceVersion } = live.metadata;
  const patch = { metadata: { uid, resourceVersion, managedFields } };
  const options = { type: 'merge', fieldManager: controllerName, signal } as const;
  return client.patch(resource, live.metadata, patch, options);
}

/**
 * Returns the managedFields to store. If the network owns the object and the Apply entry is gone,
 * some fields may have no owner: without any entries, the next apply records an owner for each.
 */
function entriesOf(
  network: Scope['network'],
  live: UnstructuredObject,
): readonly ManagedFieldsEntry[] | undefined {
  const entries = live.metadata.managedFields ?? [];
  if (entries.length === 0) return undefined;
  if (!hasApplied(live, controllerName)) return isOwned(network, live) ? noEntries : undefined;
  try {
    return reclaimedFields(live, controllerName, isOldConfiguration);
  } catch (error) {
    // Malformed entries are nested too deeply.
    if (error instanceof RangeError) return noEntries;
    throw error;
  }
}
