import { type FakeApiServer } from '../fake-api-server.ts';
import { setUp, type Setting } from './reflector-fixture.ts';
import { waitFor } from '../wait-for.ts';

let setting: Setting;

afterEach(() => setting.end());

const count = (server: FakeApiServer, watch: 'true' | undefined) =>
  server.requests.filter(({ query }) => query.watch === watch).length;
const lists = (server: FakeApiServer) => count(server, undefined);
const watches = (server: FakeApiServer) => count(server, 'true');

describe('Reflector', () => {
  test('lists page by page, then tells and stores what the watch brings', async () => {
    setting = await setUp({ pageSize: 2, namespace: 'default', labelSelector: 'x=y' });
    const { server, reflector, changes, stop } = setting;
    for (const name of ['a', 'b', 'c']) server.put(name, '1');
    expect(reflector.hasSynced).toBe(false);
    const synced = reflector.waitForSync(stop.signal);
    await setting.start();
    await synced;
    expect(reflector.hasSynced).toBe(true);
    expect(changes).toEqual(['added a 1', 'added b 1', 'added c 1']);
    expect(lists(server)).toBe(2);

    server.put('b', '2');
    server.remove('a');
    server.put('d', '1');
    await waitFor('all is told', () => changes.length === 6);
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

  test('stores and tells what a transform leaves, and finds it by an index', async () => {
    setting = await setUp({
      transform: (object) => ({ ...object, data: `small ${String(object.data)}` }),
      indexes: { value: ({ data }) => [String(data)] },
    });
    const { server, reflector, changes } = setting;
    server.put('a', '1');
    await setting.start();
    server.put('b', '1');
    server.put('a', '2');
    server.remove('a');
    await waitFor('all is told', () => changes.length === 4);
    expect(changes).toEqual([
      'added a small 1',
      'added b small 1',
      'updated a small 1 -> small 2',
      'deleted a small 2',
    ]);
    expect(reflector.store.byIndex('value', 'small 1')).toEqual(reflector.store.list());
  });

  test('says for how long it has not heard from the API server', async () => {
    setting = await setUp();
    const { server, clock, reflector, changes } = setting;
    for (let i = 0; i < 3; i++) server.fail('list', { kind: 'status', code: 500 });
    void setting.run();
    await waitFor('the wait after two failures', () => clock.pending.includes(100));
    await clock.advance(100);
    await waitFor('the wait after three failures', () => clock.pending.includes(200));
    expect(reflector.failingFor).toBe(100);
    await clock.advance(200);
    await waitFor('the watch is open', () => server.watchCount === 1);
    expect(reflector.failingFor).toBe(0);

    server.put('a', '1');
    await waitFor('it is told', () => changes.length === 1);
    server.fail('watch', { kind: 'status', code: 500 });
    server.resetWatches();
    await waitFor('the wait', () => clock.pending.includes(100));
    await clock.advance(100);
    await waitFor('the watch is open again', () => server.watchCount === 1);
    await clock.advance(900);
    expect(reflector.failingFor).toBe(1000);
    server.sendBookmark();
    await waitFor('it is heard from', () => reflector.failingFor === 0);
  });

  test('asks for watches of random length', async () => {
    setting = await setUp({ random: () => 0.5 });
    await setting.start();
    expect(setting.server.requests.at(-1)!.query.timeoutSeconds).toBe('450');
  });

  test.each(['endWatches', 'resetWatches'] as const)(
    'resumes at once where a watch ended (%s), without a list',
    async (end) => {
      setting = await setUp();
      const { server, changes } = setting;
      await setting.start();
      server.put('a', '1');
      await waitFor('it is told', () => changes.length === 1);
      server[end]();
      server.put('a', '2');
      server.remove('a');
      await waitFor('the rest is told', () => changes.length === 3);
      expect(changes).toEqual(['added a 1', 'updated a 1 -> 2', 'deleted a 2']);
      expect(lists(server)).toBe(1);
      expect(watches(server)).toBe(2);
    },
  );

  test('resumes from the last bookmark, but not from one that goes back', async () => {
    setting = await setUp();
    const { server } = setting;
    await setting.start();
    server.sendBookmark(20);
    server.sendBookmark(15);
    server.endWatches();
    await waitFor('the second watch', () => watches(server) === 2);
    expect(server.requests.at(-1)!.query.resourceVersion).toBe('20');
  });

  test.each([
    [
      'a 410 answer',
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
  ])('lists again after %s and tells the differences', async (_, expire) => {
    setting = await setUp();
    const { server, clock, changes, reflector } = setting;
    for (const name of ['a', 'b', 'c']) server.put(name, '1');
    await setting.start();
    changes.length = 0;
    server.remove('a', { silently: true });
    server.put('b', '2', { silently: true });
    server.put('d', '1', { silently: true });
    expire(server);
    await waitFor('the second list, or a wait before it', () => {
      return lists(server) === 2 || clock.pending.includes(100);
    });
    await clock.advance(100);
    await waitFor('all is told', () => changes.length === 3);
    expect(new Set(changes)).toEqual(new Set(['deleted a 1', 'updated b 1 -> 2', 'added d 1']));
    expect(reflector.store.list()).toHaveLength(3);
  });

  test('lists in one answer when the pages expire meanwhile', async () => {
    setting = await setUp({ pageSize: 2 });
    const { server, reflector } = setting;
    for (const name of ['a', 'b', 'c']) server.put(name, '1');
    server.expirePages();
    await setting.start();
    expect(reflector.store.size).toBe(3);
    expect(server.requests.map(({ query }) => query.limit)).toEqual(['2', '2', '0', undefined]);
  });

  test('tries a failed first list again, for ever and ever more slowly', async () => {
    setting = await setUp();
    const { server, clock, log, reflector } = setting;
    server.put('a', '1');
    for (let i = 0; i < 12; i++) server.fail('list', { kind: 'status', code: 500 });
    void setting.run();
    // The first retry costs no time.
    await waitFor('the second list', () => lists(server) === 2);
    for (const wait of [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]) {
      await waitFor(`a wait of ${wait}`, () => clock.pending.includes(wait));
      await clock.advance(wait);
    }
    await waitFor('the watch is open', () => server.watchCount === 1);
    expect(reflector.store.size).toBe(1);
    expect(log.at('warn')).toHaveLength(12);
  });

  test('slows down when watches end before they bring anything, until one does', async () => {
    setting = await setUp();
    const { server, clock, changes } = setting;
    await setting.start();
    server.endWatches();
    await waitFor('the second watch', () => server.watchCount === 1);
    for (const wait of [100, 200]) {
      server.endWatches();
      await waitFor(`a wait of ${wait}`, () => clock.pending.includes(wait));
      await clock.advance(wait);
      await waitFor('the next watch', () => server.watchCount === 1);
    }
    server.put('a', '1');
    await waitFor('it is told', () => changes.length === 1);
    server.endWatches();
    await waitFor('the next watch, at once', () => server.watchCount === 1);
  });

  test('takes a silent watch for dead and resumes', async () => {
    setting = await setUp();
    const { server, clock, changes, log } = setting;
    await setting.start();
    server.mute();
    server.put('a', '1');
    await clock.advance(149_999);
    expect(watches(server)).toBe(1);
    await clock.advance(1);
    await waitFor('it is told', () => changes.length === 1);
    expect(watches(server)).toBe(2);
    expect(String(log.at('warn')[0]!.fields.err)).toContain('no event within 150000 ms');
  });

  test('resumes after half a line, and after a line that is no event', async () => {
    setting = await setUp();
    const { server, changes } = setting;
    await setting.start();
    for (const [index, garbage] of ['{"type":"ADDED","obj', 'nonsense\n', '{}\n'].entries()) {
      server.sendRaw(garbage);
      server.resetWatches();
      server.put('a', String(index));
      await waitFor('it is told', () => changes.length === index + 1);
    }
    expect(changes).toEqual(['added a 0', 'updated a 0 -> 1', 'updated a 1 -> 2']);
    expect(lists(server)).toBe(1);
  });

  test('takes no notice of events it has had', async () => {
    setting = await setUp();
    const { server, changes, reflector } = setting;
    server.put('old', '1');
    server.remove('old');
    await setting.start();
    server.put('a', '1');
    server.put('a', '2');
    server.repeatEvents(2);
    server.remove('a');
    server.repeatEvents(5);
    server.put('b', '1');
    await waitFor('the last is told', () => changes.includes('added b 1'));
    expect(changes).toEqual(['added a 1', 'updated a 1 -> 2', 'deleted a 2', 'added b 1']);
    expect(reflector.store.size).toBe(1);
  });

  test('tells of an object that was deleted and made again unseen as two changes', async () => {
    setting = await setUp();
    const { server, changes } = setting;
    server.put('a', '1');
    await setting.start();
    server.remove('a', { silently: true });
    server.put('a', '2', { silently: true });
    server.sendError(410, 'Expired');
    await waitFor('all is told', () => changes.length === 3);
    expect(changes).toEqual(['added a 1', 'deleted a 1', 'added a 2']);
  });

  test('goes on when the handler throws or rejects, and waits for it', async () => {
    const told: string[] = [];
    setting = await setUp({
      onChange: async ({ object }) => {
        await new Promise((resolve) => setImmediate(resolve));
        told.push(object.metadata.name);
        throw new Error('handler broken');
      },
    });
    const { server, log } = setting;
    server.put('a', '1');
    await setting.start();
    expect(told).toEqual(['a']);
    server.put('b', '1');
    await waitFor('both are logged', () => log.at('error').length === 2);
    expect(told).toEqual(['a', 'b']);
    expect(log.at('error')[0]!.fields).toMatchObject({ key: 'default/a', kind: 'ConfigMap' });
  });

  test('ends when aborted, in a watch and in a wait', async () => {
    setting = await setUp();
    const running = setting.run();
    await waitFor('the watch is open', () => setting.server.watchCount === 1);
    setting.stop.abort();
    await running;
    await waitFor('the server sees the end', () => setting.server.watchCount === 0);
    expect(setting.clock.pending).toEqual([]);
    await setting.end();

    setting = await setUp();
    for (let i = 0; i < 2; i++) setting.server.fail('list', { kind: 'status', code: 500 });
    const waiting = setting.run();
    await waitFor('the wait', () => setting.clock.pending.includes(100));
    setting.stop.abort();
    await waiting;
  });

  test('waitForSync ends with the signal', async () => {
    setting = await setUp();
    const stop = new AbortController();
    const synced = setting.reflector.waitForSync(stop.signal);
    stop.abort(new Error('enough'));
    await expect(synced).rejects.toThrow('enough');
    await expect(setting.reflector.waitForSync(stop.signal)).rejects.toThrow('enough');
  });
});
