import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { Reflector } from '../../kube/cache/reflector.ts';
import { Manager } from '../../kube/manager.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { FakeCache, FakeRunnable } from './manager-fakes.ts';
import { RecordingLogger } from './recording-logger.ts';
import { configMaps } from './resources.ts';
import { waitFor } from './wait-for.ts';

/**
 * A manager with one cache (`widgets`) and one runnable on a fake API server. Timers are faked, but
 * requests take real time.
 */
export class ManagerFixture {
  readonly log = new RecordingLogger();
  readonly cache = new FakeCache();
  readonly work = new FakeRunnable();
  readonly stop = new AbortController();
  readonly manager: Manager;
  readonly server: FakeApiServer;
  readonly #port: number;
  #started: Promise<void> | undefined;

  private constructor(server: FakeApiServer, port: number) {
    this.server = server;
    this.#port = port;
    this.manager = new Manager({
      name: 'manager',
      namespace: 'n',
      identity: 'a',
      reportingController: 'example.com/manager',
      reportingInstance: 'pod-0',
      health: { host: '127.0.0.1', port },
      kubeConfig: server.kubeConfig(),
      log: this.log,
    });
    this.manager.addCache('widgets', this.cache);
    this.manager.add(this.work);
  }

  static async create(): Promise<ManagerFixture> {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    return new ManagerFixture(await FakeApiServer.start(), await freePort());
  }

  /** The holder of the Lease. */
  get holder(): string | undefined {
    return this.server.lease.lease?.spec?.holderIdentity;
  }

  /** Adds a reflector of the fake server's ConfigMaps. */
  addReflector(): Reflector {
    const reflector = new Reflector({
      ...{ client: this.manager.client, resource: configMaps, log: this.log },
      onChange: () => undefined,
    });
    this.manager.addCache('configmaps', reflector);
    return reflector;
  }

  start(): Promise<void> {
    this.#started = this.manager.start(this.stop.signal);
    // Tests that expect a failure await the promise later.
    this.#started.catch(() => undefined);
    return this.#started;
  }

  /** Starts the manager with a synced cache, and waits until it runs the work. */
  async startLeading(): Promise<{ readonly ended: Promise<void> }> {
    this.cache.sync();
    const ended = this.start();
    await waitFor('the work runs', () => this.work.isRunning);
    return { ended };
  }

  /** Starts the manager while `b` is the leader, and waits until it watches the Lease. */
  async startStandby(): Promise<{ readonly ended: Promise<void> }> {
    this.takeLease();
    this.cache.sync();
    const ended = this.start();
    await waitFor('the manager watches the Lease', () => this.server.lease.watchCount === 1);
    return { ended };
  }

  /** Makes `b` the holder of the Lease. */
  takeLease(): void {
    this.server.lease.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
  }

  /** Returns the status and the body of a probe. */
  async probe(path: '/healthz' | '/readyz'): Promise<[number, string]> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`);
    return [response.status, await response.text()];
  }

  /** Advances the timers second by second, with real time for the requests that they start. */
  async advance(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      await jest.advanceTimersByTimeAsync(1000);
      await sleep(5);
    }
  }

  async end(): Promise<void> {
    this.stop.abort();
    this.work.finish();
    await this.#started?.catch(() => undefined);
    await this.server.stop();
    jest.useRealTimers();
  }
}

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  await new Promise((resolve) => listener.close(resolve));
  return port;
}
