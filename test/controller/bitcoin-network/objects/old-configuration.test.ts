import {
  checksumOf,
  revisionedPart,
  revisionKey,
} from '../../../../constructs/bitcoin-network/revisions.ts';
import { MemoryCluster } from '../../memory-cluster.ts';

describe('the ConfigMap during a rollout', () => {
  let cluster: MemoryCluster;
  let before: string;

  beforeEach(async () => {
    cluster = await MemoryCluster.start({ nodes: 3 });
    await cluster.settle();
    before = data()['bitcoin.conf']!;
  });

  afterEach(() => cluster.stop());

  const data = () => cluster.server.get('configmaps/alice-config').data as Record<string, string>;
  const list = (nodes: number, configFile = before) =>
    Array.from({ length: nodes }, (_, node) => `${node}: ${checksumOf(configFile)}\n`).join('');
  const runRollout = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      await cluster.reconcile();
      cluster.runPods();
    }
  };

  test('has the old configuration before bitcoin.conf changes', async () => {
    const configFiles: [unknown, unknown][] = [];
    const { server } = cluster;
    const put = server.put.bind(server);
    server.put = (key, object) => {
      put(key, object);
      if (key === 'configmaps/alice-config') {
        configFiles.push([data()['bitcoin.conf'] === before, data().revisions]);
      }
    };
    cluster.editSpec({ config: { txindex: 1 } });
    await cluster.reconcile();
    expect(configFiles).toEqual([
      [true, list(3)],
      [false, list(3)],
    ]);
    expect(data()[revisionKey(checksumOf(before))]).toBe(revisionedPart(before));
  });

  test('lists the nodes that the StatefulSet does not replace yet', async () => {
    cluster.editSpec({ config: { txindex: 1 } });
    const lists: (string | undefined)[] = [];
    for (let round = 0; round < 4; round++) {
      await runRollout(1);
      lists.push(data().revisions);
    }
    expect(lists).toEqual([list(3), list(2), list(1), undefined]);
  });

  test('has no old configuration after the rollout, and nothing is written', async () => {
    cluster.editSpec({ config: { txindex: 1 } });
    await runRollout(6);
    expect(Object.keys(data()).sort()).toEqual(['bitcoin.conf', 'peers', 'start.sh']);
    cluster.server.writes.length = 0;
    await cluster.reconcile();
    expect(cluster.server.writes.filter((write) => !write.startsWith('rpc '))).toEqual([]);
  });

  test('has the configuration of the completed revision if the spec changes again', async () => {
    cluster.editSpec({ config: { txindex: 1 } });
    await runRollout(2);
    cluster.editSpec({ config: { txindex: 0 } });
    await cluster.reconcileObjects();
    expect(data().revisions).toBe(list(2));
    expect(data()[revisionKey(checksumOf(before))]).toBe(revisionedPart(before));
  });

  test('has no old configuration after the change is reverted', async () => {
    cluster.editSpec({ config: { txindex: 1 } });
    await cluster.reconcile();
    const { generation = 0 } = cluster.server.get('bitcoinnetworks/alice').metadata;
    cluster.server.edit('bitcoinnetworks/alice', {
      metadata: { generation: generation + 1 },
      spec: { config: null },
    });
    await cluster.reconcile();
    expect(data()['bitcoin.conf']).toBe(before);
    expect(data()).not.toHaveProperty('revisions');
  });

  test('has no old configuration if the configuration does not change', async () => {
    cluster.editSpec({ image: 'example.com/other:1' });
    await cluster.reconcile();
    expect(data()).not.toHaveProperty('revisions');
  });
});
