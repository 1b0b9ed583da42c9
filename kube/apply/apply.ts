import { isConflict } from '../api/errors.ts';
import type { KubeObject, Resource } from '../api/object.ts';
import type { KubeClient } from '../client/client.ts';

export interface ApplyOptions {
  /** The manager that owns the applied fields in managedFields. */
  readonly fieldManager: string;
  /** For example `status`. @default the object itself */
  readonly subresource?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Applies an object server-side and sends it verbatim. Conflicts are forced: fields of other
 * managers become fields of this one. Unknown fields are an error. Fields that this manager applied
 * before and that `object` no longer has are removed.
 *
 * @returns the live object
 */
export function apply<T extends KubeObject>(
  client: Pick<KubeClient, 'patch'>,
  resource: Resource,
  object: T,
  options: ApplyOptions,
): Promise<T> {
  return client.patch<T>(resource, object.metadata, object, {
    type: 'apply',
    force: true,
    fieldValidation: 'Strict',
    ...options,
  });
}

/**
 * Creates an object by server-side apply, so that its managedFields have an Apply entry. The
 * request carries a resourceVersion that no object has (etcd's first revision is never that of an
 * object): the API server ignores it for an object that does not exist, and rejects the request for
 * one that does. So an existing object needs no read to be left alone.
 *
 * @returns the live object, or undefined if an object with this name exists
 */
export async function applyIfAbsent<T extends KubeObject>(
  client: Pick<KubeClient, 'patch'>,
  resource: Resource,
  object: T,
  options: ApplyOptions,
): Promise<T | undefined> {
  const metadata = { ...object.metadata, resourceVersion: '1' };
  try {
    return await apply(client, resource, { ...object, metadata }, options);
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}
