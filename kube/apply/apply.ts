import type { KubeClient } from '../client/client.ts';
import type { KubeObject, Resource } from '../api/object.ts';

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
