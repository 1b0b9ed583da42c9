import { KubeClient } from '../../../kube/client/client.ts';
import type { UnstructuredObject } from '../../../kube/api/object.ts';
import { Reflector, type ReflectorOptions } from '../../../kube/cache/reflector.ts';
import { FakeApiServer } from '../fake-api-server.ts';
import { FakeClock } from '../fake-clock.ts';
import { RecordingLogger } from '../recording-logger.ts';
import { configMaps } from '../resources.ts';
import { waitFor } from '../wait-for.ts';

/** Creates a reflector on a fake API server, with a handler that records changes as text. */
export async function setUp(options: Partial<ReflectorOptions<UnstructuredObject>> = {}) {
  const server = await FakeApiServer.start();
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const client = KubeClient.fromKubeConfig(server.kubeConfig(), {
    userAgent: 'test',
    // Tests find the timers of the reflector by their delay, so this one must differ.
    requestTimeout: 10_000_000,
    clock,
  });
  const changes: string[] = [];
  const stop = new AbortController();
  const reflector = new Reflector({
    client,
    resource: configMaps,
    onChange: ({ type, object, old }) => {
      const { name } = object.metadata;
      const before = type === 'updated' ? `${String(old.data)} -> ` : '';
      changes.push(`${type} ${name} ${before}${String(object.data)}`);
    },
    random: () => 0,
    clock,
    log,
    ...options,
  });
  let running: Promise<void> | undefined;
  return {
    server,
    clock,
    log,
    changes,
    reflector,
    stop,
    run: () => (running = reflector.run(stop.signal)),
    start: async () => {
      running = reflector.run(stop.signal);
      await waitFor('the watch is open', () => server.watchCount === 1);
    },
    end: async () => {
      stop.abort();
      await running;
      await client.close();
      await server.stop();
    },
  };
}

export type ReflectorFixture = Awaited<ReturnType<typeof setUp>>;

/** Returns the number of list requests, including those for further pages. */
export function countLists(server: FakeApiServer): number {
  return server.requests.filter(({ query }) => query.watch === undefined).length;
}

/** Returns the number of watch requests. */
export function countWatches(server: FakeApiServer): number {
  return server.requests.filter(({ query }) => query.watch === 'true').length;
}
