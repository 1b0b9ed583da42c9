import { isGone, ResponseTooLargeError } from '../api/errors.ts';
import type { KubeObject, Resource } from '../api/object.ts';
import type { KubeClient } from './client.ts';
import type { KubeList, Selection } from './options.ts';
import type { RequestOptions } from './requester.ts';

/** The options of {@link listAll}. */
export interface ListAllOptions<T> extends Selection, RequestOptions {
  /** Maximum number of items in a page. */
  readonly pageSize: number;
  /** Applied to the items of a page before the next page is requested. */
  readonly transform: (object: T) => T;
}

/**
 * Bytes of a page. Any client may create large objects, and a page of 500 objects of 1 MB each
 * would exceed the memory of most processes. A single object has at most 1.5 MB.
 */
const maxPageBytes = 8 << 20;

/**
 * Lists page by page. A page that has too many bytes is requested again with half as many items. If
 * the version of the list expires (410), lists again in a single page.
 */
export async function listAll<T extends KubeObject>(
  client: Pick<KubeClient, 'list'>,
  resource: Resource,
  { pageSize, transform, ...options }: ListAllOptions<T>,
): Promise<KubeList<T>> {
  const items: T[] = [];
  let limit = pageSize;
  let token: string | undefined;
  let hasExpired = false;
  for (;;) {
    try {
      const pageOptions = { ...options, limit, continue: token, maxBytes: maxPageBytes };
      const page = await client.list<T>(resource, pageOptions);
      for (const item of page.items) items.push(transform(item));
      token = page.metadata.continue;
      if (!token) return { metadata: page.metadata, items };
    } catch (error) {
      if (error instanceof ResponseTooLargeError && limit !== 1) {
        limit = Math.ceil((limit === 0 ? pageSize : limit) / 2);
      } else if (isGone(error) && token !== undefined && !hasExpired) {
        hasExpired = true;
        items.length = 0;
        token = undefined;
        limit = 0;
      } else {
        throw error;
      }
    }
  }
}
