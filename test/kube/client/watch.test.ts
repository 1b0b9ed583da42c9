import { KubeClient } from '../../../kube/client/client.ts';
import { ConnectionError, isGone } from '../../../kube/api/errors.ts';
import { FakeApiServer } from '../fake-api-server.ts';
import { FakeClock } from '../fake-clock.ts';
import { configMaps } from '../resources.ts';
import { waitFor } from '../wait-for.ts';

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

describe('KubeClient.watch', () => {
  const watch = (signal?: AbortSignal) =>
    client.watch(configMaps, { resourceVersion: '0', signal });

  test('yields events and bookmarks until the server ends the watch', async () => {
    server.put('a', '1');
    const events = watch();
    expect((await events.next()).value).toMatchObject({ type: 'ADDED', object: { data: '1' } });
    server.put('a', '2');
    server.remove('a');
    server.sendBookmark();
    expect((await events.next()).value).toMatchObject({ type: 'MODIFIED', object: { data: '2' } });
    expect((await events.next()).value).toMatchObject({ type: 'DELETED' });
    expect((await events.next()).value).toMatchObject({ type: 'BOOKMARK' });
    server.endWatches();
    expect((await events.next()).done).toBe(true);
    expect(server.requests[0]!.query).toEqual({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '0',
    });
  });

  test('drops an incomplete last event', async () => {
    const events = watch();
    const next = events.next();
    await waitFor('the watch is open', () => server.watchCount === 1);
    server.sendRaw('{"type":"ADDED","obj');
    server.endWatches();
    expect((await next).done).toBe(true);
  });

  test('throws for a line that is not JSON', async () => {
    const next = watch().next();
    await waitFor('the watch is open', () => server.watchCount === 1);
    const outcome = expect(next).rejects.toThrow(/WATCH .*JSON/);
    server.sendRaw('{"type":"ADDED"\n');
    await outcome;
  });

  test('throws an ERROR event as ApiError', async () => {
    const next = watch().next();
    await waitFor('the watch is open', () => server.watchCount === 1);
    server.sendError(410, 'Expired');
    expect(isGone(await next.catch((error: unknown) => error))).toBe(true);
  });

  test('throws ConnectionError when the connection breaks', async () => {
    const next = watch().next();
    await waitFor('the watch is open', () => server.watchCount === 1);
    const outcome = expect(next).rejects.toBeInstanceOf(ConnectionError);
    server.resetWatches();
    await outcome;
  });

  test('throws the reason of its signal and closes the connection', async () => {
    const stop = new AbortController();
    const next = watch(stop.signal).next();
    await waitFor('the watch is open', () => server.watchCount === 1);
    const outcome = expect(next).rejects.toThrow('stopped');
    stop.abort(new Error('stopped'));
    await outcome;
    await waitFor('the server has closed the watch', () => server.watchCount === 0);
  });

  test('closes the connection when the caller leaves the loop', async () => {
    server.put('a', '1');
    for await (const event of watch()) {
      expect(event.type).toBe('ADDED');
      break;
    }
    await waitFor('the server has closed the watch', () => server.watchCount === 0);
  });

  test('continues after the request timeout', async () => {
    const next = watch().next();
    await waitFor('the watch is open', () => server.watchCount === 1);
    await waitFor(
      'the timer for the response headers is canceled',
      () => clock.pending.length === 0,
    );
    await clock.advance(600_000);
    server.put('a', '1');
    expect((await next).value).toMatchObject({ type: 'ADDED' });
  });
});
