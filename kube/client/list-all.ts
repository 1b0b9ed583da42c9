import { isGone } from '../api/errors.ts';
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

/** Lists page by page. If the version of the list expires (410), lists again in a single page. */
export async function listAll<T extends KubeObject>(
  client: Pick<KubeClient, 'list'>,
  resource: Resource,
  { pageSize, transform, ...options }: ListAllOptions<T>,
): Promise<KubeList<T>> {
  const items: T[] = [];
  let limit = pageSize;
  let token: string | undefined;
  for (;;) {
    try {
      const page = await client.list<T>(resource, { ...options, limit, continue: token });
      for (const item of page.items) items.push(transform(item));
      token = page.metadata.continue;
      if (!token) return { metadata: page.metadata, items };
    } catch (error) {
      if (!isGone(error) || token === undefined) throw error;
      items.length = 0;
      token = undefined;
      limit = 0;
    }
  }
}
