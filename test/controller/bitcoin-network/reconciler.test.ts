import { Agent } from 'node:http';
import { randomBytes } from 'node:crypto';
import { transformObject, transformStatefulSet } from '../../../controller/cache/transforms.ts';
import { Reconciler } from '../../../controller/bitcoin-network/reconciler.ts';
import { configMaps, services, statefulSets } from '../../../controller/cache/resources.ts';
import type { NetworkCache } from '../../../controller/cache/network-cache.ts';
import type { StatefulSet } from '../../../controller/cache/workloads.ts';
import type { BitcoinNetwork } from '../../../imports/bitcoin-network.ts';
import { KubeClient } from '../../../kube/client/client.ts';
import type { EventRecorder } from '../../../kube/events/recorder.ts';
import { resourcePath, type Resource } from '../../../kube/api/object.ts';
import type { TransportRequest, TransportResponse } from '../../../kube/client/http.ts';
import { network } from '../builders.ts';
import { jsonResponse } from '../../kube/json-response.ts';
import { MemoryTransport } from '../memory-transport.ts';

const networkPath =
  '/apis/bitcoincontroller.christianb93.github.com/v1/namespaces/lab/bitcoinnetworks/alice';

/** An API server that answers some paths with an error. */
class FaultyTransport extends MemoryTransport {
  /** Status, reason and message by path. */
  readonly faults = new Map<string, readonly [number, string, string]>();

  override send(request: TransportRequest): Promise<TransportResponse> {
    const path = request.path.split('?', 1)[0]!;
    const fault = request.method === 'GET' ? undefined : this.faults.get(path);
    if (!fault) return super.send(request);
    const [status, reason, message] = fault;
    const answer = { kind: 'Status', code: status, reason, message };
    return Promise.resolve(jsonResponse(status, answer));
  }
}

describe('Reconciler', () => {
  let server: FaultyTransport;
  let resource: BitcoinNetwork | undefined;
  let events: string[];
  let reconciler: Reconciler;

  const live = (kind: Resource) => ({
    resource: kind,
    get: (key: string) => {
      const [namespace, name] = key.split('/') as [string, string];
      const object = server.objects.get(resourcePath(kind, { namespace, name }));
      if (kind !== statefulSets) return object && transformObject(object);
      return object && transformStatefulSet(object as unknown as StatefulSet);
    },
    record: () => undefined,
  });

  beforeEach(() => {
    server = new FaultyTransport();
    events = [];
    resource = network({ nodes: 0 }, { uid: '89abcdef-0000-4000-8000-000000000000' });
    const applied = [statefulSets, services, configMaps].map((kind) => [kind.kind, live(kind)]);
    const watches = {
      networks: {
        get: () => resource,
        record: (written: BitcoinNetwork) => {
          resource = { ...resource!, status: written.status };
        },
      },
      statefulSets: {
        get: (key: string) => {
          const set = live(statefulSets).get(key) as StatefulSet | undefined;
          // What the StatefulSet controller says of one without pods.
          return (
            set && { ...set, status: { replicas: 0, observedGeneration: set.metadata.generation } }
          );
        },
      },
      podsOf: () => [],
      applied: new Map(applied as [string, unknown][]),
    };
    reconciler = new Reconciler({
      client: new KubeClient(server, { userAgent: 'test' }),
      watches: watches as unknown as NetworkCache,
      masterKey: randomBytes(32),
      agent: new Agent(),
      recorder: {
        record: (_: unknown, { type, reason, note }: Record<string, string>) =>
          events.push(`${type!} ${reason!} ${note!}`),
      } as unknown as EventRecorder,
      guard: () => undefined,
      log: {
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: () => undefined,
      },
      clock: { now: () => Date.UTC(2026, 0, 1), setTimer: () => () => undefined },
    });
  });

  const reconcile = () => reconciler.reconcile('lab/alice', new AbortController().signal);
  const kindsApplied = () => server.applied.map((path) => path.split('/').at(-2)!);

  test('makes the objects of a network first, then its status, with one event', async () => {
    const { requeueAfter } = (await reconcile())!;
    expect(kindsApplied()).toEqual(['configmaps', 'services', 'statefulsets', 'alice']);
    expect(server.applied.at(-1)).toBe(`${networkPath}/status`);
    expect(events).toEqual([
      'Normal Created created ConfigMap alice-config, Service alice-svc, StatefulSet alice-sts',
    ]);
    expect(requeueAfter).toBeGreaterThan(1_000);
    expect(requeueAfter).toBeLessThanOrEqual(31_000);
  });

  test('writes nothing the second time', async () => {
    await reconcile();
    server.applied.length = 0;
    events.length = 0;
    await reconcile();
    expect(server.applied).toEqual([]);
    expect(events).toEqual([]);
  });

  test('does nothing for a network that is deleted, or on its way', async () => {
    resource = network({ nodes: 0 }, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(await reconcile()).toBeUndefined();
    resource = undefined;
    expect(await reconcile()).toBeUndefined();
    expect(server.applied).toEqual([]);
  });

  test('shows in the status what an object was refused for, and tries again', async () => {
    const path = resourcePath(statefulSets, { namespace: 'lab', name: 'alice-sts' });
    server.faults.set(path, [403, 'Forbidden', 'exceeded quota: small']);
    await expect(reconcile()).rejects.toThrow('chart: ');
    expect(kindsApplied()).toEqual(['configmaps', 'services', 'alice']);
    const ready = resource!.status!.conditions!.find(({ type }) => type === 'Ready')!;
    expect(ready).toMatchObject({ status: 'False', reason: 'ApplyFailed' });
    expect(ready.message).toContain('exceeded quota: small');

    server.faults.clear();
    await reconcile();
    expect(resource!.status!.conditions!.find(({ type }) => type === 'Ready')!.status).toBe('True');
  });

  test('a lost race is tried again as such', async () => {
    const path = resourcePath(configMaps, { namespace: 'lab', name: 'alice-config' });
    server.faults.set(path, [409, 'Conflict', 'the object has been modified']);
    await expect(reconcile()).rejects.toMatchObject({ name: 'ConflictError' });
  });

  test('a network that is deleted meanwhile is told nothing', async () => {
    server.faults.set(`${networkPath}/status`, [404, 'NotFound', 'not found']);
    await reconcile();
    expect(events.filter((event) => event.includes('Ready'))).toEqual([]);
  });

  test('an object that is not ours stops it until a person decides', async () => {
    const path = resourcePath(services, { namespace: 'lab', name: 'alice-svc' });
    const { apiVersion, kind } = services;
    const metadata = { name: 'alice-svc', namespace: 'lab', uid: 'theirs', resourceVersion: '1' };
    server.objects.set(path, { apiVersion, kind, metadata });
    await reconcile();
    expect(kindsApplied()).toEqual(['configmaps', 'alice']);
    expect(events).toContainEqual(
      expect.stringMatching(/^Warning Stalled Service alice-svc is there and was not made/),
    );
  });
});
