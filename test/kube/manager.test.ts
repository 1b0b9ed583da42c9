import { jest } from '@jest/globals';
import { LeadershipLostError } from '../../kube/api/errors.ts';
import { settle } from './fake-clock.ts';
import { FakeRunnable } from './manager-fakes.ts';
import { ManagerFixture } from './manager-fixture.ts';
import { configMaps } from './resources.ts';
import { waitFor } from './wait-for.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'n', name: 'a' } };
const note = { type: 'Normal', reason: 'Turned', action: 'Turn', note: 'turned once' } as const;

let fixture: ManagerFixture;

beforeEach(async () => {
  fixture = await ManagerFixture.create();
});

afterEach(() => fixture.end());

describe('Manager.start', () => {
  test('runs work only after all caches have synced', async () => {
    const { server, cache, work } = fixture;
    const reflector = fixture.addReflector();
    server.put('a', '1');
    void fixture.start();
    await waitFor('the ConfigMaps are synced', () => reflector.hasSynced);
    expect(cache.isRunning).toBe(true);
    expect(work.isRunning).toBe(false);
    cache.sync();
    await waitFor('the work runs', () => work.isRunning);
    expect(reflector.store.size).toBe(1);
    expect(fixture.holder).toBe('a');
  });

  test('runs the caches but not the work while another process is the leader', async () => {
    const { server, cache, work } = fixture;
    await fixture.startStandby();
    await fixture.advance(10);
    expect(cache.isRunning).toBe(true);
    expect(work.isRunning).toBe(false);
    server.lease.write({ holderIdentity: '' });
    await waitFor('the work runs', () => work.isRunning);
    expect(fixture.holder).toBe('a');
  });

  test('stops the other runnables and throws the error of a runnable that fails', async () => {
    const { manager, cache, work } = fixture;
    const failing = new FakeRunnable();
    manager.add(failing);
    const { ended } = await fixture.startLeading();
    failing.fail(new Error('broken'));
    await waitFor('the other runnable is stopped', () => work.isStopping);
    expect(fixture.holder).toBe('a');
    work.finish();
    await expect(ended).rejects.toThrow('broken');
    expect(fixture.holder).toBe('');
    expect(cache.isRunning).toBe(false);
  });

  test('stops the work, releases the Lease and throws the error of a cache that fails', async () => {
    const { cache, work } = fixture;
    const { ended } = await fixture.startLeading();
    cache.fail(new Error('broken cache'));
    await waitFor('the work is stopped', () => work.isStopping);
    expect(fixture.holder).toBe('a');
    work.finish();
    await expect(ended).rejects.toThrow('broken cache');
    expect(fixture.holder).toBe('');
  });

  test('throws LeadershipLostError when another process takes the Lease', async () => {
    const { server, cache, work } = fixture;
    const { ended } = await fixture.startLeading();
    fixture.takeLease();
    await fixture.advance(3);
    expect(work.isStopping).toBe(true);
    work.finish();
    await expect(ended).rejects.toBeInstanceOf(LeadershipLostError);
    expect(server.lease.holders).toEqual(['a', 'b']);
    expect(cache.isRunning).toBe(false);
  });
});

describe('Manager.start with an aborted signal', () => {
  test('waits for running work, sends queued events and then releases the Lease', async () => {
    const { server, manager, work, stop } = fixture;
    const { ended } = await fixture.startLeading();
    stop.abort();
    await waitFor('the work receives the signal', () => work.isStopping);
    await fixture.advance(3);
    expect(fixture.holder).toBe('a');
    manager.recorder.record(configMap, note);
    manager.recorder.record(configMap, note);
    work.finish();
    await ended;
    const writes = server.requests.filter(({ method }) => method !== 'GET').slice(-3);
    expect(
      writes.map(({ method, path }) => `${method} ${/events|leases/.exec(path)?.[0]}`),
    ).toEqual(['POST events', 'PATCH events', 'PUT leases']);
    expect(JSON.parse(writes[0]!.body)).toMatchObject({
      reportingController: 'example.com/manager',
      reportingInstance: 'pod-0',
    });
    expect(fixture.holder).toBe('');
  });

  test('sends queued events for at most 5 s before it releases the Lease', async () => {
    const { server, manager, work, stop } = fixture;
    const { ended } = await fixture.startLeading();
    server.fail('other', { kind: 'silence' });
    manager.recorder.record(configMap, note);
    stop.abort();
    work.finish();
    await settle();
    await fixture.advance(4);
    expect(fixture.holder).toBe('a');
    await fixture.advance(1);
    await ended;
    expect(fixture.holder).toBe('');
    await waitFor('no timer is left', () => jest.getTimerCount() === 0);
  });

  test('stops the caches and the health server and leaves no timer', async () => {
    const { server, cache, work, stop } = fixture;
    fixture.addReflector();
    const { ended } = await fixture.startLeading();
    await waitFor('the watch is open', () => server.watchCount === 1);
    stop.abort();
    work.finish();
    await ended;
    expect(cache.isRunning).toBe(false);
    await waitFor('the watch is closed', () => server.watchCount === 0);
    await expect(fixture.probe('/healthz')).rejects.toThrow();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('logs the error of a runnable that fails while it stops', async () => {
    const { log, work, stop } = fixture;
    const { ended } = await fixture.startLeading();
    stop.abort();
    await waitFor('the work receives the signal', () => work.isStopping);
    work.fail(new Error('broken'));
    await ended;
    expect(log.at('error')).toMatchObject([{ fields: { err: new Error('broken') } }]);
    expect(fixture.holder).toBe('');
  });

  test('stops without running work while it waits for caches', async () => {
    const { server, cache, work, stop } = fixture;
    const ended = fixture.start();
    await waitFor('the cache runs', () => cache.isRunning);
    stop.abort();
    await ended;
    expect(work.wasStarted).toBe(false);
    expect(server.lease.holders).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('stops without running work while it waits for the Lease', async () => {
    const { server, work, stop } = fixture;
    const { ended } = await fixture.startStandby();
    stop.abort();
    await ended;
    expect(work.wasStarted).toBe(false);
    expect(server.lease.holders).toEqual(['b']);
    // The watch of the Lease ends in the background.
    await waitFor('no timer is left', () => jest.getTimerCount() === 0);
  });
});

describe('Manager.client', () => {
  test('sends writes only while this process is the leader', async () => {
    const { server, manager, work, stop } = fixture;
    const write = () => manager.client.create(configMaps, configMap);
    server.put('a', '1');
    await expect(write()).rejects.toBeInstanceOf(LeadershipLostError);
    expect(await manager.client.get(configMaps, configMap.metadata)).toMatchObject({ data: '1' });

    const { ended } = await fixture.startLeading();
    await write();
    stop.abort();
    await waitFor('the work receives the signal', () => work.isStopping);
    await write();
    work.finish();
    await ended;
    await expect(write()).rejects.toBeInstanceOf(LeadershipLostError);
    const writes = server.requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/configmaps'),
    );
    expect(writes).toHaveLength(2);
  });
});
