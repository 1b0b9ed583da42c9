import type { UnstructuredObject } from '../../../../kube/api/object.ts';
import { MemoryCluster } from '../../memory-cluster.ts';

const apply = 'apply statefulsets/alice-sts';
const paths = 'spec.template.spec.containers, spec.template.spec.initContainers';

/** Replaces a text in every applied StatefulSet, like a mutating admission policy. */
const replacing =
  (from: string, to: string) =>
  (object: UnstructuredObject): UnstructuredObject =>
    object.kind === 'StatefulSet'
      ? (JSON.parse(JSON.stringify(object).replaceAll(from, to)) as UnstructuredObject)
      : object;

const mirror = replacing('"docker.io/', '"mirror.example/');

describe('a policy that replaces the image of every StatefulSet', () => {
  let cluster: MemoryCluster;

  beforeEach(async () => {
    cluster = await MemoryCluster.start({ nodes: 3 });
    cluster.server.admit = mirror;
  });

  afterEach(() => cluster.stop());

  const applies = () => cluster.server.writes.filter((write) => write === apply).length;
  const imageOf = (key: string) => /"image":"([^/]+)/.exec(JSON.stringify(cluster.server.get(key)));
  const eventsOf = (reason: string) => cluster.events.filter((event) => event.includes(reason));

  async function reconcile(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      await cluster.reconcile();
      cluster.runPods();
    }
  }

  test('wins: the object is applied once and named in ObjectsApplied and in one event', async () => {
    await reconcile(5);
    expect(applies()).toBe(1);
    expect(imageOf('statefulsets/alice-sts')![1]).toBe('mirror.example');
    expect(cluster.condition('ObjectsApplied')).toBe('False OverriddenByAdmission');
    const condition = cluster.status!.conditions!.find(({ type }) => type === 'ObjectsApplied')!;
    expect(condition.message).toBe(
      `admission or the API server changes what the controller applies: StatefulSet alice-sts: ${paths}`,
    );
    expect(eventsOf('Overridden')).toEqual([
      `Normal OverriddenByAdmission admission changed StatefulSet alice-sts: ${paths}`,
    ]);
    expect(eventsOf('Reverted')).toEqual([]);
  });

  test('neither stalls the network nor keeps it from being ready', async () => {
    await reconcile(5);
    expect(cluster.condition('Ready')).toBe('True AllNodesReady');
    expect(cluster.condition('Stalled')).toBe('False Settled');
  });

  test.each(['before the network', 'after the network'])(
    'lets a rollout end after one apply for each step, if it was created %s',
    async (time) => {
      if (time === 'after the network') cluster.server.admit = (object) => object;
      await cluster.settle();
      cluster.server.admit = mirror;
      cluster.editSpec({ config: { txindex: 1 } });
      await reconcile(20);
      expect(eventsOf('replacing')).toEqual([
        'Normal RollingUpdate replacing alice-sts-2',
        'Normal RollingUpdate replacing alice-sts-1',
        'Normal RollingUpdate replacing alice-sts-0',
      ]);
      expect(cluster.condition('Ready')).toBe('True AllNodesReady');
      // The template, three steps, and the partition that holds every pod.
      expect(applies()).toBe(5);
      expect(eventsOf('Reverted')).toEqual([]);
    },
  );

  test('costs one apply after a restart of the controller', async () => {
    await cluster.settle();
    cluster.replaceController({});
    await reconcile(5);
    expect(applies()).toBe(1);
    expect(cluster.condition('ObjectsApplied')).toBe('False OverriddenByAdmission');
  });

  test('does not keep other changes from being reverted', async () => {
    await cluster.settle();
    cluster.server.edit('statefulsets/alice-sts', { spec: { replicas: 5 } });
    await reconcile(3);
    expect(cluster.server.get('statefulsets/alice-sts')).toMatchObject({ spec: { replicas: 3 } });
    expect(cluster.events).toEqual([
      'Normal Reverted reverted StatefulSet alice-sts: spec.replicas',
    ]);
    expect(applies()).toBe(1);
  });

  test('is no longer reported after the next change of the spec without the policy', async () => {
    await cluster.settle();
    cluster.server.admit = (object) => object;
    await reconcile(3);
    expect(applies()).toBe(0);
    cluster.editSpec({ config: { txindex: 1 } });
    await reconcile(10);
    expect(cluster.condition('ObjectsApplied')).toBe('True AllObjectsApplied');
    expect(imageOf('statefulsets/alice-sts')![1]).toBe('docker.io');
    expect(cluster.condition('Ready')).toBe('True AllNodesReady');
  });

  test('may set the update partition too, at the cost of no endless applies', async () => {
    await cluster.settle();
    cluster.editSpec({ config: { txindex: 1 } });
    cluster.server.admit = (object) => {
      const { spec, ...rest } = mirror(object);
      if (object.kind !== 'StatefulSet') return object;
      const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 3 } };
      return { ...rest, spec: { ...(spec as object), updateStrategy } };
    };
    await reconcile(20);
    expect(applies()).toBeLessThanOrEqual(2);
    expect(cluster.condition('ObjectsApplied')).toBe('False OverriddenByAdmission');
  });
});
