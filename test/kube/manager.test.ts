import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { LeadershipLostError } from '../../kube/api/errors.ts';
import { Reflector } from '../../kube/cache/reflector.ts';
import { Manager } from '../../kube/manager.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { settle } from './fake-clock.ts';
import { FakeCache, FakeRunnable } from './manager-fixture.ts';
import { RecordingLogger } from './recording-logger.ts';
import { configMaps } from './resources.ts';
import { waitFor } from './wait-for.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'n', name: 'a' } };
const note = { type: 'Normal', reason: 'Turned', action: 'Turn', note: 'turned once' } as const;

let server: FakeApiServer;
let manager: Manager;
let cache: FakeCache;
let work: FakeRunnable;
let stop: AbortController;
let port: number;
let log: RecordingLogger;
let started: Promise<void> | undefined;

beforeEach(async () => {
  // Requests still take real time; setImmediate belongs to the real event loop.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  server = await FakeApiServer.start();
  port = await freePort();
  log = new RecordingLogger();
  manager = new Manager({
    name: 'manager',
    namespace: 'n',
    identity: 'a',
    reportingController: 'example.com/manager',
    reportingInstance: 'pod-0',
    health: { host: '127.0.0.1', port },
    kubeConfig: server.kubeConfig(),
    log,
  });
  cache = new FakeCache();
  work = new FakeRunnable();
  manager.addCache('widgets', cache);
  manager.add(work);
  stop = new AbortController();
  started = undefined;
});

afterEach(async () => {
  stop.abort();
  work.finish();
  await started?.catch(() => undefined);
  await server.stop();
  jest.useRealTimers();
});

function addReflector(): Reflector {
  const { client } = manager;
  const reflector = new Reflector({
    ...{ client, resource: configMaps, log },
    onChange: () => undefined,
  });
  manager.addCache('configmaps', reflector);
  return reflector;
}

function start(): Promise<void> {
  started = manager.start(stop.signal);
  // Tests that expect a failure await the promise later.
  started.catch(() => undefined);
  return started;
}

async function startLeading(): Promise<void> {
  cache.sync();
  void start();
  await waitFor('the work runs', () => work.isRunning);
}

async function get(path: '/healthz' | '/readyz'): Promise<[number, string]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return [response.status, await response.text()];
}

const holder = () => server.lease.lease?.spec?.holderIdentity;

/** Advances the fake timers second by second, with real time for the requests that they start. */
async function advance(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    await jest.advanceTimersByTimeAsync(1000);
    await sleep(5);
  }
}

describe('Manager.start', () => {
  test('runs work only after all caches have synced', async () => {
    const reflector = addReflector();
    server.put('a', '1');
    void start();
    await waitFor('the ConfigMaps are synced', () => reflector.hasSynced);
    expect(cache.isRunning).toBe(true);
    expect(work.isRunning).toBe(false);
    expect(await get('/readyz')).toEqual([
      503,
      '[-] caches: caches are not synced: widgets\n[+] work\nfailed\n',
    ]);
    cache.sync();
    await waitFor('the work runs', () => work.isRunning);
    expect(reflector.store.size).toBe(1);
    expect(holder()).toBe('a');
    expect(await get('/readyz')).toEqual([200, '[+] caches\n[+] work\nok\n']);
  });

  test('keeps a standby ready, with running caches, until the leader releases the Lease', async () => {
    server.lease.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
    work.ready = false;
    cache.sync();
    void start();
    await waitFor('the manager watches the Lease', () => server.lease.watchCount === 1);
    expect(cache.isRunning).toBe(true);
    expect(work.isRunning).toBe(false);
    expect(await get('/readyz')).toEqual([200, '[+] caches\n[+] work\nok\n']);

    server.lease.write({ holderIdentity: '' });
    await waitFor('the work runs', () => work.isRunning);
    expect(await get('/readyz')).toEqual([503, '[+] caches\n[-] work\nfailed\n']);
    work.ready = true;
    expect((await get('/readyz'))[0]).toBe(200);
  });

  test('stops the other runnables and throws the error of a runnable that fails', async () => {
    const failing = new FakeRunnable();
    manager.add(failing);
    const ended = start();
    cache.sync();
    await waitFor('the work runs', () => work.isRunning && failing.isRunning);
    failing.fail(new Error('broken'));
    await waitFor('the other runnable is stopped', () => work.isStopping);
    expect(holder()).toBe('a');
    work.finish();
    await expect(ended).rejects.toThrow('broken');
    expect(holder()).toBe('');
    expect(cache.isRunning).toBe(false);
  });

  test('stops the work, releases the Lease and throws the error of a cache that fails', async () => {
    const ended = start();
    cache.sync();
    await waitFor('the work runs', () => work.isRunning);
    cache.fail(new Error('broken cache'));
    await waitFor('the work is stopped', () => work.isStopping);
    expect(holder()).toBe('a');
    work.finish();
    await expect(ended).rejects.toThrow('broken cache');
    expect(holder()).toBe('');
  });

  test('throws LeadershipLostError when another process takes the Lease', async () => {
    await startLeading();
    server.lease.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
    await advance(11);
    expect(work.isStopping).toBe(true);
    work.finish();
    await expect(started).rejects.toBeInstanceOf(LeadershipLostError);
    expect(server.lease.holders).toEqual(['a', 'b']);
    expect(cache.isRunning).toBe(false);
  });

  test('waits for running work, sends queued events and then releases the Lease', async () => {
    await startLeading();
    stop.abort();
    await waitFor('the work is asked to stop', () => work.isStopping);
    await advance(3);
    expect(holder()).toBe('a');
    manager.recorder.record(configMap, note);
    manager.recorder.record(configMap, note);
    work.finish();
    await started;
    const writes = server.requests.filter(({ method }) => method !== 'GET').slice(-3);
    expect(
      writes.map(({ method, path }) => `${method} ${/events|leases/.exec(path)?.[0]}`),
    ).toEqual(['POST events', 'PATCH events', 'PUT leases']);
    expect(JSON.parse(writes[0]!.body)).toMatchObject({
      reportingController: 'example.com/manager',
      reportingInstance: 'pod-0',
    });
    expect(holder()).toBe('');
  });

  test('sends queued events for at most 5 s before it releases the Lease', async () => {
    await startLeading();
    server.fail('other', { kind: 'silence' });
    manager.recorder.record(configMap, note);
    stop.abort();
    work.finish();
    await settle();
    await advance(4);
    expect(holder()).toBe('a');
    await advance(1);
    await started;
    expect(holder()).toBe('');
    await waitFor('no timer is left', () => jest.getTimerCount() === 0);
  });

  test('stops the caches and the health server and leaves no timer', async () => {
    addReflector();
    await startLeading();
    await waitFor('the watch is open', () => server.watchCount === 1);
    stop.abort();
    work.finish();
    await started;
    expect(cache.isRunning).toBe(false);
    await waitFor('the watch is closed', () => server.watchCount === 0);
    await expect(get('/healthz')).rejects.toThrow();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('logs the error of a runnable that fails while it stops', async () => {
    await startLeading();
    stop.abort();
    await waitFor('the work is asked to stop', () => work.isStopping);
    work.fail(new Error('broken'));
    await started;
    expect(log.at('error')).toMatchObject([{ fields: { err: new Error('broken') } }]);
    expect(holder()).toBe('');
  });

  test('stops without running work while it waits for caches', async () => {
    const ended = start();
    await waitFor('the cache runs', () => cache.isRunning);
    stop.abort();
    await ended;
    expect(work.wasStarted).toBe(false);
    expect(server.lease.holders).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('stops without running work while it waits for the Lease', async () => {
    server.lease.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
    cache.sync();
    const ended = start();
    await waitFor('the manager watches the Lease', () => server.lease.watchCount === 1);
    stop.abort();
    await ended;
    expect(work.wasStarted).toBe(false);
    expect(server.lease.holders).toEqual(['b']);
    // The watch of the Lease ends in the background.
    await waitFor('no timer is left', () => jest.getTimerCount() === 0);
  });
});

describe('/healthz of Manager', () => {
  test('reports the failing check of a runnable', async () => {
    let isHealthy = true;
    work.healthz.push(
      () => true,
      () => {
        if (isHealthy) return true;
        throw new Error('a reconcile hangs');
      },
    );
    await startLeading();
    expect(await get('/healthz')).toEqual([200, '[+] lease\n[+] caches\n[+] work\nok\n']);
    isHealthy = false;
    expect(await get('/healthz')).toEqual([
      503,
      '[+] lease\n[+] caches\n[-] work: a reconcile hangs\nfailed\n',
    ]);
  });

  test('reports a cache whose watch has failed for more than 10 minutes', async () => {
    await startLeading();
    cache.failingFor = 600_000;
    expect((await get('/healthz'))[0]).toBe(200);
    cache.failingFor = 601_000;
    const [status, report] = await get('/healthz');
    expect(status).toBe(503);
    expect(report).toMatch(/^\[-\] caches: .*widgets \(601 s\)$/m);
  });

  test('reports work that ignores the loss of the Lease', async () => {
    await startLeading();
    server.lease.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
    await advance(29);
    expect(work.isStopping).toBe(true);
    expect((await get('/healthz'))[0]).toBe(200);
    await advance(2);
    expect(await get('/healthz')).toEqual([503, '[-] lease\n[+] caches\n[+] work\nfailed\n']);
  });
});

describe('Manager.client', () => {
  test('sends writes only while this process is the leader', async () => {
    const write = () => manager.client.create(configMaps, configMap);
    server.put('a', '1');
    await expect(write()).rejects.toBeInstanceOf(LeadershipLostError);
    expect(await manager.client.get(configMaps, configMap.metadata)).toMatchObject({ data: '1' });

    await startLeading();
    await write();
    stop.abort();
    await waitFor('the work is asked to stop', () => work.isStopping);
    await write();
    work.finish();
    await started;
    await expect(write()).rejects.toBeInstanceOf(LeadershipLostError);
    const writes = server.requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/configmaps'),
    );
    expect(writes).toHaveLength(2);
  });
});

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port: free } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return free;
}
