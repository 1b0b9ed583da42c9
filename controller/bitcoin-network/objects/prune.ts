import { networkLabel } from '../../../constructs/bitcoin-network/labels.ts';
import { isNotFound } from '../../../kube/api/errors.ts';
import { formatKey, type UnstructuredObject } from '../../../kube/api/object.ts';
import { recordEvent } from '../events.ts';
import type { Scope } from '../scope.ts';
import { readObject } from './apply.ts';
import { isOwned } from './ownership.ts';

/**
 * Deletes the network's objects that the spec no longer needs. An object is deleted only if its
 * name matches the naming scheme, the network is its controller owner, and its uid is still the one
 * that was read. Objects of other owners are never deleted.
 *
 * @param desired the objects that the spec needs
 * @throws ApiError and ConnectionError
 */
export async function pruneObjects(
  scope: Scope,
  desired: readonly UnstructuredObject[],
): Promise<void> {
  const { network, key, client, cache, signal } = scope;
  const names = new Set(desired.map(({ kind, metadata }) => `${kind} ${formatKey(metadata)}`));
  for (const [kind, objects] of cache.managed) {
    for (const cached of objects.optionalOf(key)) {
      const { metadata } = cached;
      if (names.has(`${kind} ${formatKey(metadata)}`)) continue;
      const live = await readObject(scope, objects, cached);
      if (!live || live.metadata.deletionTimestamp !== undefined) continue;
      const isLabeled = live.metadata.labels?.[networkLabel] === network.metadata.name;
      if (!isLabeled || !isOwned(network, live)) continue;
      const preconditions = { uid: live.metadata.uid! };
      try {
        await client.delete(objects.resource, metadata, { preconditions, signal });
      } catch (error) {
        if (isNotFound(error)) continue;
        throw error;
      }
      const note = `deleted ${kind} ${metadata.name}, which the spec no longer needs`;
      recordEvent(scope, 'objects', { type: 'Normal', reason: 'Deleted', note });
    }
  }
}
