import { ApiError, ResponseTooLargeError } from '../../../kube/api/errors.ts';
import type { KubeObject } from '../../../kube/api/object.ts';
import { KubeClient } from '../../../kube/client/client.ts';
import { listAll } from '../../../kube/client/list-all.ts';
import type { KubeList, ListOptions } from '../../../kube/client/options.ts';
import { FakeApiServer } from '../fake-api-server.ts';
import { configMaps } from '../resources.ts';

interface Item extends KubeObject {
  readonly bytes: number;
}

/** A client for items of the given sizes, which records the limit of each request. */
class SizedClient {
  readonly limits: (number | undefined)[] = [];
  /** The numbers of the requests that fail because their token expired. */
  readonly expired = new Set<number>();
  readonly #sizes: readonly number[];

  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
  }

  readonly list = <T>(_: unknown, options: ListOptions = {}): Promise<KubeList<T>> => {
    const { limit = 0, continue: token = '0', maxBytes = Infinity } = options;
    this.limits.push(limit);
    if (this.expired.has(this.limits.length)) {
      return Promise.reject(new ApiError('GET /', 410, { reason: 'Expired' }));
    }
    const start = Number(token);
    const end = limit === 0 ? this.#sizes.length : Math.min(start + limit, this.#sizes.length);
    const sizes = this.#sizes.slice(start, end);
    if (sizes.reduce((sum, bytes) => sum + bytes, 0) > maxBytes) {
      return Promise.reject(new ResponseTooLargeError('too large'));
    }
    const items = sizes.map((bytes, i): Item => {
      return { apiVersion: 'v1', kind: 'Item', metadata: { name: `${start + i}` }, bytes };
    });
    const metadata = {
      resourceVersion: '7',
      ...(end < this.#sizes.length && { continue: `${end}` }),
    };
    return Promise.resolve({ metadata, items } as unknown as KubeList<T>);
  };
}

const megabyte = 1 << 20;
const list = (client: SizedClient, pageSize: number) =>
  listAll<Item>(client, configMaps, { pageSize, transform: (item) => item });

describe('listAll', () => {
  test('halves the page until it has at most 8 MiB, and returns every item once', async () => {
    const client = new SizedClient(Array.from({ length: 40 }, () => megabyte));
    const { items, metadata } = await list(client, 32);
    expect(items.map(({ metadata: { name } }) => Number(name))).toEqual([...Array(40).keys()]);
    expect(metadata.resourceVersion).toBe('7');
    expect(client.limits).toEqual([32, 16, 8, 8, 8, 8, 8]);
  });

  test('fails for a single object that is too large', async () => {
    await expect(list(new SizedClient([9 * megabyte]), 4)).rejects.toThrow(ResponseTooLargeError);
  });

  test('lists in a single page after the version expired, or in smaller pages if it is too large', async () => {
    const small = new SizedClient([1, 1, 1]);
    small.expired.add(2);
    expect((await list(small, 2)).items).toHaveLength(3);
    expect(small.limits).toEqual([2, 2, 0]);
    const large = new SizedClient([3, 3, 3].map((size) => size * megabyte));
    large.expired.add(2);
    expect((await list(large, 2)).items).toHaveLength(3);
    expect(large.limits).toEqual([2, 2, 0, 1, 1, 1]);
  });

  test('fails if the version expires again', async () => {
    const client = new SizedClient([5, 5, 5].map((size) => size * megabyte));
    client.expired.add(2).add(5);
    await expect(list(client, 1)).rejects.toMatchObject({ code: 410 });
  });
});

test('KubeClient stops reading a response that has more bytes than allowed', async () => {
  const server = await FakeApiServer.start();
  for (let i = 0; i < 50; i++) server.put(`a${i}`, 'x'.repeat(1000));
  const client = KubeClient.fromKubeConfig(server.kubeConfig(), { userAgent: 'test' });
  const lists = (maxBytes: number) => client.list(configMaps, { maxBytes });
  await expect(lists(10_000)).rejects.toThrow('the response has more than 10000 bytes');
  expect((await lists(1_000_000)).items).toHaveLength(50);
  await client.close();
  await server.stop();
});
