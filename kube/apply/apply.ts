import type { KubeClient } from '../client/client.ts';
import type { KubeObject, Resource } from '../api/object.ts';

export interface ApplyOptions {
  /** Owns the applied fields in managedFields. */
  readonly fieldManager: string;
  /** For example `status`. @default the object itself */
  readonly subresource?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Server-side apply of an object, sent verbatim. Fields that other managers hold are taken over, an
 * unknown field is an error, and a field that this manager applied before and `object` no longer
 * has is removed.
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
