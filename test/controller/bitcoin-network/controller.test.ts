import { Controller } from '../../../controller/bitcoin-network/controller.ts';
import { KubeClient } from '../../../kube/client/client.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../../kube/client/http.ts';
import { EventRecorder } from '../../../kube/events/recorder.ts';
import { jsonResponse } from '../../kube/json-response.ts';
import { RecordingLogger } from '../../kube/recording-logger.ts';
import { waitFor } from '../../kube/wait-for.ts';
import { network } from '../builders.ts';
import { ListWatchTransport } from '../cache/list-watch-transport.ts';
import { MemoryTransport } from '../memory-transport.ts';

/** An API server that lists and watches as well as reads and writes single objects. */
class ClusterTransport implements Transport {
  readonly lists = new ListWatchTransport();
  readonly objects = new MemoryTransport();
  /** The lists and watches that it received, by plural. */
  readonly collections = new Set<string>();

  send(request: TransportRequest): Promise<TransportResponse> {
    // Events, which are no part of this test.
    if (request.method === 'POST') return Promise.resolve(jsonResponse(201, {}));
    const collection = /^\/apis?\/[^?]*\/([a-z]+)(\?|$)/.exec(request.path);
    const isCollection = request.method === 'GET' && !request.path.includes('/namespaces/');
    if (isCollection) this.collections.add(collection![1]!);
    return isCollection ? this.lists.send(request) : this.objects.send(request);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('Controller', () => {
  let server: ClusterTransport;
  let log: RecordingLogger;
  let stop: AbortController;
  let controller: Controller;
  let running: Promise<void> | undefined;
  let watching: Promise<unknown>;

  beforeEach(() => {
    server = new ClusterTransport();
    log = new RecordingLogger();
    stop = new AbortController();
    running = undefined;
    const client = new KubeClient(server, { userAgent: 'test' });
    controller = new Controller({
      client,
      install: 'bitcoin-controller',
      loadMasterKey: () => Promise.resolve(Buffer.alloc(32, 7)),
      recorder: new EventRecorder({
        client,
        reportingController: 'test',
        reportingInstance: 'test',
        log: new RecordingLogger(),
      }),
      guard: () => undefined,
      log,
    });
    watching = Promise.resolve();
  });

  afterEach(async () => {
    stop.abort();
    await Promise.all([running, watching]);
  });

  /** Runs the caches, as a manager does in every process. */
  async function sync(): Promise<void> {
    const caches = Object.values(controller.caches);
    watching = Promise.all(caches.map((cache) => cache.run(stop.signal)));
    await Promise.all(caches.map((cache) => cache.waitForSync(stop.signal)));
  }

  /** Runs the controller after its caches have synced, as a leader. */
  const run = () => (running = sync().then(() => controller.run(stop.signal)));
  const isWritten = (name: string) => () => server.objects.writes.includes(name);

  test('watches all objects before it runs, and is ready when it runs', async () => {
    await sync();
    expect(controller.ready).toBe(false);
    running = controller.run(stop.signal);
    await waitFor('the controller is ready', () => controller.ready);
    expect([...server.collections].sort()).toEqual([
      'bitcoinnetworks',
      'configmaps',
      'pods',
      'services',
      'statefulsets',
    ]);
  });

  test('reconciles the networks that it lists', async () => {
    server.lists.add('bitcoinnetworks', { ...network() });
    void run();
    await waitFor('the objects exist', isWritten('apply statefulsets/alice-sts'));
    expect(server.objects.writes.slice(0, 3)).toEqual([
      'apply configmaps/alice-config',
      'apply services/alice-svc',
      'apply statefulsets/alice-sts',
    ]);
  });

  test('reconciles a network that a watch delivers', async () => {
    void run();
    await waitFor('the controller is ready', () => controller.ready);
    expect(server.objects.writes).toEqual([]);
    server.lists.emit('bitcoinnetworks', 'ADDED', { ...network() });
    await waitFor('the objects exist', isWritten('apply statefulsets/alice-sts'));
  });

  test('writes nothing before it runs, and then reconciles every network once', async () => {
    await sync();
    server.lists.emit('bitcoinnetworks', 'ADDED', { ...network() });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.objects.writes).toEqual([]);
    const lists = [...server.collections];
    running = controller.run(stop.signal);
    await waitFor('the objects exist', isWritten('apply statefulsets/alice-sts'));
    expect([...server.collections]).toEqual(lists);
  });

  test('logs a failed reconcile with the network and the phase, and retries', async () => {
    const quota = { code: 403, reason: 'Forbidden', message: 'exceeded quota' };
    server.objects.faults.set('apply configmaps/alice-config', quota);
    server.lists.add('bitcoinnetworks', { ...network() });
    void run();
    await waitFor('the failure is logged', () => log.at('warn').length > 0);
    expect(log.at('warn')[0]!.fields).toMatchObject({ network: 'lab/alice', phase: 'objects' });
    server.objects.faults.clear();
    await waitFor('the objects exist', isWritten('apply statefulsets/alice-sts'));
  });

  test('yields facts about its networks once it runs', async () => {
    server.lists.add('bitcoinnetworks', { ...network() });
    await sync();
    expect([...controller.facts()]).toEqual([]);
    running = controller.run(stop.signal);
    await waitFor('the controller is ready', () => controller.ready);
    expect([...controller.facts()].map(({ key }) => key)).toEqual(['lab/alice']);
  });

  test('is healthy while reconciles respond', async () => {
    void run();
    await waitFor('the controller is ready', () => controller.ready);
    expect(controller.healthz).toHaveLength(2);
    for (const check of controller.healthz) expect(await check()).toBe(true);
  });

  test('ends when the signal is aborted, without an error', async () => {
    const ending = run();
    await waitFor('the controller is ready', () => controller.ready);
    stop.abort();
    await expect(ending).resolves.toBeUndefined();
  });

  test('ends without an error when the signal is aborted before it is ready', async () => {
    await sync();
    stop.abort();
    await expect(controller.run(stop.signal)).resolves.toBeUndefined();
  });
});
