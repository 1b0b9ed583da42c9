import { type FakeApiServer } from '../fake-api-server.ts';
import { setUp, type ReflectorFixture } from './reflector-fixture.ts';
import { waitFor } from '../wait-for.ts';

let fixture: ReflectorFixture;

afterEach(() => fixture.end());

const count = (server: FakeApiServer, watch: 'true' | undefined) =>
  server.requests.filter(({ query }) => query.watch === watch).length;
const lists = (server: FakeApiServer) => count(server, undefined);
const watches = (server: FakeApiServer) => count(server, 'true');

describe('Reflector', () => {
  test('lists page by page, then stores and reports the events of the watch', async () => {
    fixture = await setUp({ pageSize: 2, namespace: 'default', labelSelector: 'x=y' });
    const { server, reflector, changes, stop } = fixture;
    for (const name of ['a', 'b', 'c']) server.put(name, '1');
    expect(reflector.hasSynced).toBe(false);
    const synced = reflector.waitForSync(stop.signal);
    await fixture.start();
    await synced;
    expect(reflector.hasSynced).toBe(true);
    expect(changes).toEqual(['added a 1', 'added b 1', 'added c 1']);
    expect(lists(server)).toBe(2);

    server.put('b', '2');
    server.remove('a');
    server.put('d', '1');
    await waitFor('all changes are reported', () => changes.length === 6);
    expect(changes.slice(3)).toEqual(['updated b 1 -> 2', 'deleted a 1', 'added d 1']);
    expect(reflector.store.list()).toEqual(server.objects);
    expect(reflector.store.has('default/a')).toBe(false);
    expect(reflector.store.get('default/b')).toMatchObject({ kind: 'ConfigMap', data: '2' });
    expect(reflector.store.size).toBe(3);
    expect(server.requests.at(-1)).toMatchObject({
      path: '/base/api/v1/namespaces/default/configmaps',
      query: { watch: 'true', resourceVersion: '13', timeoutSeconds: '300', labelSelector: 'x=y' },
    });
  });

  test('stores, reports and indexes transformed objects', async () => {
    fixture = await setUp({
      transform: (object) => ({ ...object, data: `small ${String(object.data)}` }),
      indexes: { value: ({ data }) => [String(data)] },
    });
    const { server, reflector, changes } = fixture;
    server.put('a', '1');
    await fixture.start();
    server.put('b', '1');
    server.put('a', '2');
    server.remove('a');
    await waitFor('all changes are reported', () => changes.length === 4);
    expect(changes).toEqual([
      'added a small 1',
      'added b small 1',
      'updated a small 1 -> small 2',
      'deleted a small 2',
    ]);
    expect(reflector.store.byIndex('value', 'small 1')).toEqual(reflector.store.list());
  });

  test('reports for how long list or watch have failed', async () => {
    fixture = await setUp();
    const { server, clock, reflector, changes } = fixture;
    for (let i = 0; i < 3; i++) server.fail('list', { kind: 'status', code: 500 });
    void fixture.run();
    await waitFor('the delay after two failures starts', () => clock.pending.includes(100));
    await clock.advance(100);
    await waitFor('the delay after three failures starts', () => clock.pending.includes(200));
    expect(reflector.failingFor).toBe(100);
    await clock.advance(200);
    await waitFor('the watch is open', () => server.watchCount === 1);
    expect(reflector.failingFor).toBe(0);

    server.put('a', '1');
    await waitFor('the change is reported', () => changes.length === 1);
    server.fail('watch', { kind: 'status', code: 500 });
    server.resetWatches();
    await waitFor('the delay starts', () => clock.pending.includes(100));
    await clock.advance(100);
    await waitFor('the watch is open again', () => server.watchCount === 1);
    await clock.advance(900);
    expect(reflector.failingFor).toBe(1000);
    server.sendBookmark();
    await waitFor('the bookmark arrives', () => reflector.failingFor === 0);
  });

  test('requests watches of random length', async () => {
    fixture = await setUp({ random: () => 0.5 });
    await fixture.start();
    expect(fixture.server.requests.at(-1)!.query.timeoutSeconds).toBe('450');
  });

  test.each(['endWatches', 'resetWatches'] as const)(
    'resumes a watch that ended (%s) immediately and without a list',
    async (end) => {
      fixture = await setUp();
      const { server, changes } = fixture;
      await fixture.start();
      server.put('a', '1');
      await waitFor('the change is reported', () => changes.length === 1);
      server[end]();
      server.put('a', '2');
      server.remove('a');
      await waitFor('all changes are reported', () => changes.length === 3);
      expect(changes).toEqual(['added a 1', 'updated a 1 -> 2', 'deleted a 2']);
      expect(lists(server)).toBe(1);
      expect(watches(server)).toBe(2);
    },
  );

  test('resumes from the highest version that a bookmark reported', async () => {
    fixture = await setUp();
    const { server } = fixture;
    await fixture.start();
    server.sendBookmark(20);
    server.sendBookmark(15);
    server.endWatches();
    await waitFor('the second watch is open', () => watches(server) === 2);
    expect(server.requests.at(-1)!.query.resourceVersion).toBe('20');
  });

  test.each([
    [
      'a 410 response',
      (server: FakeApiServer) => {
        server.compact();
        server.endWatches();
      },
    ],
    [
      'a 410 event',
      (server: FakeApiServer) => {
        server.sendError(410, 'Expired');
      },
    ],
  ])('lists again after %s and reports the differences', async (_, expire) => {
    fixture = await setUp();
    const { server, clock, changes, reflector } = fixture;
    for (const name of ['a', 'b', 'c']) server.put(name, '1');
    await fixture.start();
    changes.length = 0;
    server.remove('a', { silently: true });
    server.put('b', '2', { silently: true });
    server.put('d', '1', { silently: true });
    expire(server);
    await waitFor('the second list or the delay before it starts', () => {
      return lists(server) === 2 || clock.pending.includes(100);
    });
    await clock.advance(100);
    await waitFor('all changes are reported', () => changes.length === 3);
    expect(new Set(changes)).toEqual(new Set(['deleted a 1', 'updated b 1 -> 2', 'added d 1']));
    expect(reflector.store.list()).toHaveLength(3);
  });

  test('lists without pages after a page expired', async () => {
    fixture = await setUp({ pageSize: 2 });
    const { server, reflector } = fixture;
    for (const name of ['a', 'b', 'c']) server.put(name, '1');
    server.expirePages();
    await fixture.start();
    expect(reflector.store.size).toBe(3);
    expect(server.requests.map(({ query }) => query.limit)).toEqual(['2', '2', '0', undefined]);
  });

  test('retries the first list without limit and with backoff', async () => {
    fixture = await setUp();
    const { server, clock, log, reflector } = fixture;
    server.put('a', '1');
    for (let i = 0; i < 12; i++) server.fail('list', { kind: 'status', code: 500 });
    void fixture.run();
    // The first retry has no delay.
    await waitFor('the second list starts', () => lists(server) === 2);
    for (const delay of [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]) {
      await waitFor(`a delay of ${delay} ms starts`, () => clock.pending.includes(delay));
      await clock.advance(delay);
    }
    await waitFor('the watch is open', () => server.watchCount === 1);
    expect(reflector.store.size).toBe(1);
    expect(log.at('warn')).toHaveLength(12);
  });

  test('backs off while watches end without an event', async () => {
    fixture = await setUp();
    const { server, clock, changes } = fixture;
    await fixture.start();
    server.endWatches();
    await waitFor('the second watch is open', () => server.watchCount === 1);
    for (const delay of [100, 200]) {
      server.endWatches();
      await waitFor(`a delay of ${delay} ms starts`, () => clock.pending.includes(delay));
      await clock.advance(delay);
      await waitFor('the next watch is open', () => server.watchCount === 1);
    }
    server.put('a', '1');
    await waitFor('the change is reported', () => changes.length === 1);
    server.endWatches();
    await waitFor('the next watch is open without a delay', () => server.watchCount === 1);
  });

  test('replaces a watch that receives nothing for 150 s', async () => {
    fixture = await setUp();
    const { server, clock, changes, log } = fixture;
    await fixture.start();
    server.mute();
    server.put('a', '1');
    await clock.advance(149_999);
    expect(watches(server)).toBe(1);
    await clock.advance(1);
    await waitFor('the change is reported', () => changes.length === 1);
    expect(watches(server)).toBe(2);
    expect(String(log.at('warn')[0]!.fields.err)).toContain('no event within 150000 ms');
  });

  test('resumes after an incomplete line and after a line that is not an event', async () => {
    fixture = await setUp();
    const { server, changes } = fixture;
    await fixture.start();
    for (const [index, garbage] of ['{"type":"ADDED","obj', 'nonsense\n', '{}\n'].entries()) {
      server.sendRaw(garbage);
      server.resetWatches();
      server.put('a', String(index));
      await waitFor('the change is reported', () => changes.length === index + 1);
    }
    expect(changes).toEqual(['added a 0', 'updated a 0 -> 1', 'updated a 1 -> 2']);
    expect(lists(server)).toBe(1);
  });

  test('ignores events that it has already processed', async () => {
    fixture = await setUp();
    const { server, changes, reflector } = fixture;
    server.put('old', '1');
    server.remove('old');
    await fixture.start();
    server.put('a', '1');
    server.put('a', '2');
    server.repeatEvents(2);
    server.remove('a');
    server.repeatEvents(5);
    server.put('b', '1');
    await waitFor('the last change is reported', () => changes.includes('added b 1'));
    expect(changes).toEqual(['added a 1', 'updated a 1 -> 2', 'deleted a 2', 'added b 1']);
    expect(reflector.store.size).toBe(1);
  });

  test('reports an object that was recreated during an outage as deleted and added', async () => {
    fixture = await setUp();
    const { server, changes } = fixture;
    server.put('a', '1');
    await fixture.start();
    server.remove('a', { silently: true });
    server.put('a', '2', { silently: true });
    server.sendError(410, 'Expired');
    await waitFor('all changes are reported', () => changes.length === 3);
    expect(changes).toEqual(['added a 1', 'deleted a 1', 'added a 2']);
  });

  test('waits for the handler, and continues after it rejects', async () => {
    const handled: string[] = [];
    fixture = await setUp({
      onChange: async ({ object }) => {
        await new Promise((resolve) => setImmediate(resolve));
        handled.push(object.metadata.name);
        throw new Error('handler broken');
      },
    });
    const { server, log } = fixture;
    server.put('a', '1');
    await fixture.start();
    expect(handled).toEqual(['a']);
    server.put('b', '1');
    await waitFor('both errors are logged', () => log.at('error').length === 2);
    expect(handled).toEqual(['a', 'b']);
    expect(log.at('error')[0]!.fields).toMatchObject({ key: 'default/a', kind: 'ConfigMap' });
  });

  test('stops when its signal is aborted during a watch or a backoff delay', async () => {
    fixture = await setUp();
    const running = fixture.run();
    await waitFor('the watch is open', () => fixture.server.watchCount === 1);
    fixture.stop.abort();
    await running;
    await waitFor('the server has closed the watch', () => fixture.server.watchCount === 0);
    expect(fixture.clock.pending).toEqual([]);
    await fixture.end();

    fixture = await setUp();
    for (let i = 0; i < 2; i++) fixture.server.fail('list', { kind: 'status', code: 500 });
    const waiting = fixture.run();
    await waitFor('the delay starts', () => fixture.clock.pending.includes(100));
    fixture.stop.abort();
    await waiting;
  });

  test('rejects waitForSync with the reason of its signal', async () => {
    fixture = await setUp();
    const stop = new AbortController();
    const synced = fixture.reflector.waitForSync(stop.signal);
    stop.abort(new Error('stopped'));
    await expect(synced).rejects.toThrow('stopped');
    await expect(fixture.reflector.waitForSync(stop.signal)).rejects.toThrow('stopped');
  });
});
