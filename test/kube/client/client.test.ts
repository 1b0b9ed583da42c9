import { apply } from '../../../kube/apply/apply.ts';
import { KubeClient } from '../../../kube/client/client.ts';
import {
  ApiError,
  ConnectionError,
  LeadershipLostError,
  isNotFound,
} from '../../../kube/api/errors.ts';
import { FakeApiServer } from '../fake-api-server.ts';
import { FakeClock } from '../fake-clock.ts';
import { configMaps } from '../resources.ts';
import { waitFor } from '../wait-for.ts';

const key = { namespace: 'default', name: 'a' };

let server: FakeApiServer;
let clock: FakeClock;
let client: KubeClient;

beforeEach(async () => {
  server = await FakeApiServer.start();
  clock = new FakeClock();
  client = KubeClient.fromKubeConfig(server.kubeConfig(), { userAgent: 'test/1', clock });
});

afterEach(async () => {
  await client.close();
  await server.stop();
});

describe('KubeClient', () => {
  test('sends credentials and user agent, and prepends the base path', async () => {
    server.put('a', '1');
    expect(await client.get(configMaps, key)).toMatchObject({ kind: 'ConfigMap', data: '1' });
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        path: '/base/api/v1/namespaces/default/configmaps/a',
        headers: { authorization: 'Bearer secret', 'user-agent': 'test/1' },
      },
    ]);
  });

  test('reuses connections for sequential requests', async () => {
    server.put('a', '1');
    for (let i = 0; i < 10; i++) await client.get(configMaps, key);
    // A response may be complete slightly before its connection is free.
    expect(server.connectionCount).toBeLessThanOrEqual(2);
  });

  test('throws a Status as ApiError', async () => {
    const error = await client.get(configMaps, key).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect(isNotFound(error)).toBe(true);
    expect(error).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: expect.stringMatching(
        /^GET \/api\/v1\/.*\/configmaps\/a: 404 NotFound: from the fake$/,
      ) as unknown,
    });
  });

  test('reports the text of an error response that is not a Status', async () => {
    server.fail('other', { kind: 'text', code: 502, text: '<h1>Bad gateway</h1>' });
    await expect(client.get(configMaps, key)).rejects.toThrow('502: <h1>Bad gateway</h1>');
  });

  test('lists page by page and adds apiVersion and kind to the items', async () => {
    for (const name of ['a', 'b', 'c']) server.put(name, '1');
    const first = await client.list(configMaps, { limit: 2, labelSelector: 'x=y' });
    expect(first.items.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap a',
      'ConfigMap b',
    ]);
    const rest = await client.list(configMaps, { limit: 2, continue: first.metadata.continue });
    expect(rest.items).toMatchObject([{ apiVersion: 'v1', metadata: { name: 'c' } }]);
    expect(rest.metadata.continue).toBeUndefined();
    expect(server.requests[0]).toMatchObject({
      path: '/base/api/v1/configmaps',
      query: { limit: '2', labelSelector: 'x=y' },
    });
  });

  test('sends bodies verbatim', async () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: key, unknownField: { x: [1] } };
    await client.create(configMaps, object);
    await apply(client, configMaps, object, { fieldManager: 'tester', subresource: 'status' });
    await client.patch(configMaps, key, { data: null }, { type: 'merge' });
    await client.delete(configMaps, key, {
      preconditions: { uid: 'u' },
      propagationPolicy: 'Foreground',
    });
    const path = '/base/api/v1/namespaces/default/configmaps';
    expect(server.requests.map(({ method, path, query }) => ({ method, path, query }))).toEqual([
      { method: 'POST', path, query: { fieldValidation: 'Strict' } },
      {
        method: 'PATCH',
        path: `${path}/a/status`,
        query: { fieldManager: 'tester', force: 'true', fieldValidation: 'Strict' },
      },
      { method: 'PATCH', path: `${path}/a`, query: { fieldValidation: 'Strict' } },
      { method: 'DELETE', path: `${path}/a`, query: {} },
    ]);
    expect(server.requests.map(({ headers }) => headers['content-type'])).toEqual([
      'application/json',
      'application/apply-patch+yaml',
      'application/merge-patch+json',
      'application/json',
    ]);
    expect(server.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      object,
      object,
      { data: null },
      { preconditions: { uid: 'u' }, propagationPolicy: 'Foreground' },
    ]);
  });

  test('retries a request after the delay in Retry-After', async () => {
    server.put('a', '1');
    server.fail('other', { kind: 'status', code: 429, retryAfter: 3 });
    server.fail('other', { kind: 'status', code: 503, retryAfter: 2 });
    const object = client.get(configMaps, key);
    await waitFor('the first delay starts', () => clock.pending.includes(3000));
    await clock.advance(3000);
    await waitFor('the second delay starts', () => clock.pending.includes(2000));
    expect(server.requests).toHaveLength(2);
    await clock.advance(2000);
    expect(await object).toMatchObject({ data: '1' });
  });

  test('calls its guard before each attempt of a write, and not before reads', async () => {
    server.put('a', '1');
    let isLeading = true;
    const guarded = client.withGuard(() => {
      if (!isLeading) throw new LeadershipLostError('not the leader');
    });
    server.fail('other', { kind: 'status', code: 429, retryAfter: 3 });
    const write = guarded.patch(configMaps, key, {}, { type: 'merge' });
    const outcome = expect(write).rejects.toBeInstanceOf(LeadershipLostError);
    await waitFor('the delay starts', () => clock.pending.includes(3000));
    isLeading = false;
    await clock.advance(3000);
    await outcome;
    expect(await guarded.get(configMaps, key)).toMatchObject({ data: '1' });
    expect(server.requests.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
  });

  test('does not retry a 500 without Retry-After', async () => {
    server.fail('other', { kind: 'status', code: 500, reason: 'InternalError' });
    await expect(client.get(configMaps, key)).rejects.toThrow('500 InternalError');
    expect(server.requests).toHaveLength(1);
  });

  test('stops waiting for a retry when the signal is aborted', async () => {
    server.fail('other', { kind: 'status', code: 429, retryAfter: 6 });
    const stop = new AbortController();
    const got = client.get(configMaps, key, { signal: stop.signal });
    const outcome = expect(got).rejects.toThrow('stopped');
    await waitFor('the delay starts', () => clock.pending.includes(6_000));
    stop.abort(new Error('stopped'));
    await outcome;
  });

  test('retries a GET once after its connection breaks, and never a write', async () => {
    server.put('a', '1');
    server.fail('other', { kind: 'reset' });
    expect(await client.get(configMaps, key)).toMatchObject({ data: '1' });
    server.fail('other', { kind: 'reset' });
    const write = client.patch(configMaps, key, {}, { type: 'merge' });
    await expect(write).rejects.toBeInstanceOf(ConnectionError);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'PATCH']);
  });

  test('throws after the request timeout, which includes the delays of retries', async () => {
    server.fail('other', { kind: 'silence' });
    const outcome = expect(client.get(configMaps, key)).rejects.toThrow('within 30000 ms');
    await waitFor('the request arrives', () => server.requests.length === 1);
    await clock.advance(30_000);
    await outcome;
    expect(clock.pending).toEqual([]);
  });

  test('counts its timeout from the first attempt of a request that is retried', async () => {
    server.fail('other', { kind: 'status', code: 429, retryAfter: 9 });
    server.fail('other', { kind: 'silence' });
    const outcome = expect(client.get(configMaps, key)).rejects.toThrow('within 30000 ms');
    await waitFor('the delay starts', () => clock.pending.includes(9_000));
    await clock.advance(9_000);
    await waitFor('the second request arrives', () => server.requests.length === 2);
    await clock.advance(21_000);
    await outcome;
    expect(clock.pending).toEqual([]);
  });

  test.each([
    ['an HTML page', '<h1>Sign in</h1>'],
    ['null', 'null'],
    ['a list', '[1]'],
    ['nothing', ''],
  ])('reports a response that is %s as a ConnectionError', async (_, text) => {
    server.fail('other', { kind: 'text', code: 200, text });
    const error = await client.get(configMaps, key).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(String(error)).toContain('GET /api/v1/namespaces/default/configmaps/a: ');
  });

  test('cuts the message of a Status', async () => {
    const text = JSON.stringify({ kind: 'Status', reason: 'Invalid', message: 'm'.repeat(50_000) });
    server.fail('other', { kind: 'text', code: 422, text });
    const error = await client.get(configMaps, key).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 422, reason: 'Invalid' });
    expect((error as Error).message.length).toBeLessThan(5_000);
  });

  test('rejects a request with the reason of its signal', async () => {
    server.fail('other', { kind: 'silence' });
    const stop = new AbortController();
    const outcome = expect(client.get(configMaps, key, { signal: stop.signal })).rejects.toThrow(
      'stopped',
    );
    await waitFor('the request arrives', () => server.requests.length === 1);
    stop.abort(new Error('stopped'));
    await outcome;
    expect(clock.pending).toEqual([]);
  });

  test('names the address that refuses connections', async () => {
    await server.stop();
    const error = await client.get(configMaps, key).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(String(error)).toMatch(/GET http:\/\/127\.0\.0\.1:\d+\/.*ECONNREFUSED/);
    server = await FakeApiServer.start();
  });
});
