import { countLists, setUp, type ReflectorFixture } from './reflector-fixture.ts';
import { RecordingMetrics } from '../recording-metrics.ts';
import { waitFor } from '../wait-for.ts';

let fixture: ReflectorFixture;

afterEach(() => fixture.end());

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
    expect(countLists(server)).toBe(2);

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

  test('counts its lists and watches', async () => {
    const metrics = new RecordingMetrics();
    fixture = await setUp({ metrics, pageSize: 1 });
    const { server } = fixture;
    for (const name of ['a', 'b']) server.put(name, '1');
    await fixture.start();
    expect(metrics.events).toEqual(['list configmaps', 'watch configmaps']);
    server.endWatches();
    await waitFor('the watch is resumed', () => metrics.events.length === 3);
    expect(metrics.events[2]).toBe('watch configmaps');
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
