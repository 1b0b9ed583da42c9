import type { KubeObject, ManagedFieldsEntry } from '../../../../kube/api/object.ts';
import { MemoryCluster } from '../../memory-cluster.ts';

const set = 'statefulsets/alice-sts';
const config = 'configmaps/alice-config';

describe('objects whose managedFields another client changed', () => {
  let cluster: MemoryCluster;

  beforeEach(async () => {
    cluster = await MemoryCluster.start({
      nodes: 3,
      imagePullSecrets: [{ name: 'registry' }],
    });
    await cluster.settle();
  });

  afterEach(() => cluster.stop());

  /** Replaces the managedFields of an object. */
  const setManagedFields = (key: string, managedFields: readonly ManagedFieldsEntry[]) => {
    const object = cluster.server.get(key);
    cluster.server.put(key, { ...object, metadata: { ...object.metadata, managedFields } });
  };
  const managersOf = (key: string) =>
    cluster.server
      .get(key)
      .metadata.managedFields!.map(({ manager, operation }) => `${manager} ${operation}`);
  const specOf = (key: string) => JSON.stringify(cluster.server.get(key).spec);

  test('lose a field that left the spec after managedFields were dropped', async () => {
    setManagedFields(set, []);
    await cluster.reconcile();
    cluster.editSpec({ imagePullSecrets: null } as object);
    await cluster.reconcile();
    expect(specOf(set)).not.toContain('registry');
  });

  test('lose a field that left the spec while managedFields were dropped', async () => {
    setManagedFields(set, []);
    cluster.editSpec({ imagePullSecrets: null } as object);
    await cluster.reconcile();
    expect(specOf(set)).not.toContain('registry');
  });

  test('lose a field that left the spec while another client removed the Apply entry', async () => {
    const entry = { manager: 'kubectl', operation: 'Update', apiVersion: 'apps/v1' } as const;
    setManagedFields(set, [
      { ...entry, fieldsV1: { 'f:metadata': { 'f:labels': { 'f:a': {} } } } },
    ]);
    cluster.editSpec({ imagePullSecrets: null } as object);
    await cluster.reconcile();
    expect(specOf(set)).not.toContain('registry');
  });

  test('retain the configuration of the old revision until the rollout is complete', async () => {
    const data = () => cluster.server.get(config).data as Readonly<Record<string, string>>;
    cluster.editSpec({ config: { txindex: 1 } });
    await cluster.reconcile();
    cluster.runPods();
    const { revisions } = data();
    setManagedFields(config, []);
    // The peers in the ConfigMap change, so that it is applied again.
    cluster.server.edit(config, { data: { peers: '' } });
    await cluster.reconcileObjects();
    expect(data().peers).not.toBe('');
    expect(data().revisions).toContain(revisions!.slice(0, 10));
    expect(Object.keys(data())).toContainEqual(expect.stringMatching(/^revision-/));
    for (let round = 0; round < 6; round++) {
      await cluster.reconcile();
      cluster.runPods();
    }
    expect(Object.keys(data()).sort()).toEqual(['bitcoin.conf', 'peers', 'start.sh']);
  });

  test('lose a field that an entry of the controller for updates holds', async () => {
    const [entry] = cluster.server.get(set).metadata.managedFields!;
    setManagedFields(set, [entry!, { ...entry!, operation: 'Update' }]);
    cluster.editSpec({ imagePullSecrets: null } as object);
    await cluster.reconcile();
    expect(specOf(set)).not.toContain('registry');
    expect(managersOf(set)).toEqual(['bitcoin-controller Apply']);
  });

  test('keep labels and annotations of other clients, and the data of the controller', async () => {
    cluster.server.edit(config, {
      metadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
    });
    const { data } = cluster.server.get(config);
    setManagedFields(config, []);
    await cluster.reconcile();
    expect(cluster.server.get(config)).toMatchObject({
      metadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
      data,
    });
    expect(managersOf(config)).toEqual(['bitcoin-controller Apply', 'before-first-apply Update']);
  });

  test('cost a bounded number of writes, and no event if no other field changed', async () => {
    setManagedFields(set, []);
    await cluster.reconcile();
    const writes = cluster.server.writes.filter((write) => write.endsWith(set));
    expect(writes).toEqual([`apply ${set}`, `patch ${set}`]);
    cluster.server.writes.length = 0;
    await cluster.reconcile();
    expect(cluster.server.writes.filter((write) => !write.startsWith('rpc'))).toEqual([]);
    expect(cluster.events).toEqual([]);
    expect(cluster.condition('ObjectsApplied')).toBe('True AllObjectsApplied');
  });

  test('are retried if they change between the read and the patch', async () => {
    const [entry] = cluster.server.get(set).metadata.managedFields!;
    setManagedFields(set, [entry!, { ...entry!, operation: 'Update' }]);
    cluster.editSpec({ imagePullSecrets: null } as object);
    const { server, context } = cluster;
    const read = context.client.get.bind(context.client);
    const client = {
      delete: context.client.delete.bind(context.client),
      patch: context.client.patch.bind(context.client),
      get: async <T extends KubeObject>(...args: Parameters<typeof read>) => {
        const live = await read<T>(...args);
        server.edit(set, { metadata: { annotations: { time: '1' } } });
        return live;
      },
    };
    cluster.replaceController({ client });
    await expect(cluster.reconcile()).rejects.toThrow('409');
  });
});
