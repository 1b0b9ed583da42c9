import {
  applyChart,
  type ChartProps,
  type VerifiedCharts,
} from '../../../../controller/bitcoin-network/objects/reconcile.ts';
import { transformObject } from '../../../../controller/cache/transforms.ts';
import { configMaps, services, statefulSets } from '../../../../controller/cache/resources.ts';
import { KubeClient } from '../../../../kube/client/client.ts';
import { resourcePath, type UnstructuredObject } from '../../../../kube/api/object.ts';
import type { StatefulSet } from '../../../../controller/cache/workloads.ts';
import type { BitcoinNetwork } from '../../../../imports/bitcoin-network.ts';
import { network } from '../../builders.ts';
import { MemoryTransport } from '../../memory-transport.ts';

const setPath = '/apis/apps/v1/namespaces/lab/statefulsets/alice-sts';
const adopt = { 'bitcoincontroller.christianb93.github.com/adopt': 'true' };

describe('applyChart', () => {
  let server: MemoryTransport;
  let events: string[];
  let editions = 0;
  let verified: VerifiedCharts;
  /** Kinds of the answers that were remembered. */
  let recorded: string[];

  beforeEach(() => {
    server = new MemoryTransport();
    verified = new Map();
    recorded = [];
    events = [];
  });

  /** One run of the step, which sees the objects of the network's label as watches do. */
  function run(resource: BitcoinNetwork = network(), partition = 3) {
    const known: ChartProps['known'] = new Map(
      [statefulSets, services, configMaps].map((kind) => [
        kind.kind,
        {
          resource: kind,
          get: (key: string) => {
            const [namespace, name] = key.split('/') as [string, string];
            const object = server.objects.get(resourcePath(kind, { namespace, name }));
            return object && transformObject(object);
          },
          record: ({ kind }) => recorded.push(kind),
        },
      ]),
    );
    return applyChart({
      network: resource,
      login: { user: 'controller-1', password: 'p', salt: 's' },
      partition,
      client: new KubeClient(server, { userAgent: 'test' }),
      known,
      verified,
      record: (type, reason, note) => events.push(`${type} ${reason} ${note}`),
      signal: new AbortController().signal,
    });
  }

  const partition = () => {
    const set = server.objects.get(setPath) as unknown as StatefulSet;
    return set.spec.updateStrategy!.rollingUpdate!.partition;
  };

  function edit(path: string, change: (object: Editable) => void): void {
    const object = structuredClone(server.objects.get(path)) as unknown as Editable;
    change(object);
    object.metadata.resourceVersion = `edited-${++editions}`;
    server.objects.set(path, object as unknown as UnstructuredObject);
  }

  interface Editable {
    metadata: { ownerReferences?: object[]; resourceVersion?: string };
    spec: { replicas: number; template: { spec: { terminationGracePeriodSeconds: number } } };
  }

  test('makes what is not there, and tells it', async () => {
    expect(await run()).toBeUndefined();
    expect(server.applied).toHaveLength(3);
    expect(events).toEqual([
      'Normal Created created ConfigMap alice-config, Service alice-svc, StatefulSet alice-sts',
    ]);
  });

  test('writes nothing while nothing changes', async () => {
    await run();
    server.applied.length = 0;
    expect(await run()).toBeUndefined();
    expect(server.applied).toEqual([]);
  });

  test('looks at a chart again only after the network or one of its objects changed', async () => {
    const looked = async ({ spec, ...rest }: BitcoinNetwork = network(), partition = 3) => {
      let looks = 0;
      const resource = {
        ...rest,
        get spec() {
          return (looks++, spec);
        },
      };
      await run(resource, partition);
      return looks > 0;
    };
    const untilSettled = async (...args: Parameters<typeof looked>) => {
      while (await looked(...args));
    };
    expect(await looked()).toBe(true);
    await untilSettled();
    expect(await looked()).toBe(false);
    const edited = network({ nodes: 4 }, { generation: 3 });
    expect(await looked(edited)).toBe(true);
    await untilSettled(edited);
    expect(await looked(edited, 2)).toBe(true);
    await untilSettled(edited, 2);
    edit(setPath, ({ spec }) => (spec.replicas = 5));
    expect(await looked(edited, 2)).toBe(true);
    expect(server.objects.get(setPath)).toMatchObject({ spec: { replicas: 4 } });
    await untilSettled(edited, 2);
    server.objects.delete(setPath);
    expect(await looked(edited, 2)).toBe(true);
    expect(server.objects.has(setPath)).toBe(true);
  });

  test('puts back what someone else changed, and only that', async () => {
    await run();
    server.applied.length = 0;
    events.length = 0;
    edit(setPath, ({ spec }) => (spec.replicas = 5));
    await run({ ...network(), status: { observedGeneration: 2 } });
    expect(server.applied).toEqual([setPath]);
    expect(server.objects.get(setPath)).toMatchObject({ spec: { replicas: 3 } });
    expect(events).toEqual(['Normal Reverted put back StatefulSet alice-sts: spec.replicas']);
  });

  test('makes again what someone deleted', async () => {
    await run();
    events.length = 0;
    server.objects.delete(setPath);
    await run({ ...network(), status: { observedGeneration: 2 } });
    expect(server.objects.has(setPath)).toBe(true);
    expect(events).toEqual(['Normal Reverted put back StatefulSet alice-sts: it was not there']);
  });

  test('takes away a field that is no longer desired, with no memory of what it applied', async () => {
    await run(network({ nodes: 3, secret: 'login', imagePullSecrets: [{ name: 'registry' }] }));
    await run(network({ nodes: 3, secret: 'login' }, { generation: 3 }));
    expect(JSON.stringify(server.objects.get(setPath))).not.toContain('imagePullSecrets');
  });

  test('moves the update partition without an event', async () => {
    await run();
    events.length = 0;
    server.applied.length = 0;
    await run(network(), 2);
    expect(server.applied).toEqual([setPath]);
    expect(events).toEqual([]);
  });

  test('applies a changed spec, and holds every pod, even in the middle of a roll', async () => {
    await run();
    events.length = 0;
    await run(network(), 1);
    await run(network({ nodes: 3, config: { txindex: 1 } }, { generation: 3 }), 1);
    expect(partition()).toBe(3);
    expect(events).toEqual([
      'Normal Updated updated ConfigMap alice-config: data.bitcoin.conf',
      expect.stringContaining('Normal Updated updated StatefulSet alice-sts: spec.template'),
    ]);
  });

  test('nodes that come with a changed spec are of the new revision at once', async () => {
    await run();
    await run(network({ nodes: 5, config: { txindex: 1 } }), 5);
    expect(partition()).toBe(3);
  });

  describe('an object of the name that another made', () => {
    const foreign = {
      ...{ apiVersion: 'apps/v1', kind: 'StatefulSet' },
      metadata: { name: 'alice-sts', namespace: 'lab', resourceVersion: '7' },
      spec: { template: {} },
    };

    test('is left alone, and named', async () => {
      server.objects.set(setPath, foreign);
      const failure = await run();
      expect(failure).toMatchObject({ reason: 'ObjectExists', terminal: true });
      expect(failure!.message).toContain('StatefulSet alice-sts');
      expect(server.applied).not.toContain(setPath);
      expect(recorded).not.toContain('StatefulSet');
    });

    test('is left alone for ever if it belongs to something else', async () => {
      const owner = { apiVersion: 'v1', kind: 'Other', name: 'x', uid: 'u', controller: true };
      const metadata = { ...foreign.metadata, ownerReferences: [owner] };
      server.objects.set(setPath, { ...foreign, metadata });
      const failure = await run(network({ nodes: 3 }, { annotations: adopt }));
      expect(failure!.message).toContain('StatefulSet alice-sts belongs to Other x');
      expect(server.applied).not.toContain(setPath);
    });

    test('is taken over when the network says so', async () => {
      server.objects.set(setPath, foreign);
      expect(await run(network({ nodes: 3 }, { annotations: adopt }))).toBeUndefined();
      expect(server.applied).toContain(setPath);
    });
  });

  test('an object that lost its owner reference is known by label and manager', async () => {
    await run();
    edit(setPath, ({ metadata }) => {
      delete metadata.ownerReferences;
    });
    expect(await run()).toBeUndefined();
    expect(server.objects.get(setPath)!.metadata.ownerReferences).toHaveLength(1);
  });

  test('waits for the objects of a deleted network of the name', async () => {
    await run();
    server.applied.length = 0;
    expect(await run(network({ nodes: 3 }, { uid: 'uid-2' }))).toMatchObject({
      reason: 'PredecessorTerminating',
      terminal: false,
    });
    expect(server.applied).toEqual([]);
  });

  test('a spec that admission let pass is refused with its field', async () => {
    expect(await run(network({ nodes: 65 }))).toMatchObject({
      reason: 'InvalidSpec',
      message: expect.stringContaining('spec.nodes') as string,
      terminal: true,
    });
  });
});
