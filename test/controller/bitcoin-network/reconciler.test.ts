import { ConflictError, LeadershipLostError } from '../../../kube/api/errors.ts';
import { RpcError } from '../../../bitcoin/rpc/error.ts';
import { MemoryCluster } from '../memory-cluster.ts';
import { conflict, notFound, type Fault } from '../memory-transport.ts';

const quota: Fault = { code: 403, reason: 'Forbidden', message: 'exceeded quota: small' };
const objects = [
  'apply configmaps/alice-config',
  'apply services/alice-svc',
  'apply statefulsets/alice-sts',
];
const status = 'apply bitcoinnetworks/alice/status';

describe('Reconciler', () => {
  let cluster: MemoryCluster;

  beforeEach(async () => {
    cluster = await MemoryCluster.start({ nodes: 3 });
  });

  afterEach(() => cluster.stop());

  /** The status of conditions, `Ready=True AllNodesReady`. */
  const conditions = (...types: string[]) =>
    types.map((type) => `${type}=${cluster.condition(type)!}`);

  test('reports each RPC request with its network and outcome', async () => {
    const requests: string[] = [];
    await cluster.settle();
    cluster.replaceController({
      onRpc: (key, duration, outcome) => requests.push(`${key} ${outcome} ${duration >= 0}`),
    });
    await cluster.reconcileNodes();
    expect(requests).toEqual(Array<string>(3).fill('lab/alice success true'));
  });

  describe('with a new network', () => {
    test('creates its objects, and returns at once for the objects of other new networks', async () => {
      expect(await cluster.reconcile()).toEqual({ requeueAfter: 0 });
      expect(cluster.server.writes).toEqual(objects);
      expect(cluster.status).toBeUndefined();
      expect(cluster.events).toEqual([
        'Normal Created created ConfigMap alice-config, Service alice-svc, StatefulSet alice-sts',
      ]);
    });

    test('writes its status in the next reconcile', async () => {
      await cluster.reconcile();
      cluster.server.writes.length = 0;
      await cluster.reconcile();
      expect(cluster.server.writes).toEqual([status]);
      expect(conditions('Ready', 'Reconciling')).toEqual([
        'Ready=False NodesNotReady',
        'Reconciling=True Progressing',
      ]);
    });

    test('links its nodes, and records events when it is ready and connected', async () => {
      for (let round = 0; round < 3; round++) {
        await cluster.reconcile();
        cluster.runPods();
      }
      expect(cluster.events.slice(1)).toEqual([
        'Normal Ready all 3 nodes are ready',
        'Normal PeersConnected every planned link is up',
      ]);
      expect(conditions('Ready', 'PeersConnected')).toEqual([
        'Ready=True AllNodesReady',
        'PeersConnected=True AllLinksUp',
      ]);
    });
  });

  describe('with a network that matches its spec', () => {
    beforeEach(() => cluster.settle());

    test('writes nothing, and queries each node once', async () => {
      await cluster.reconcile();
      expect(cluster.server.writes.sort()).toEqual([
        'rpc 10.0.0.0:18332',
        'rpc 10.0.0.1:18332',
        'rpc 10.0.0.2:18332',
      ]);
      expect(cluster.events).toEqual([]);
    });

    test('returns at the resync, between 1 s and 31 s later', async () => {
      const { requeueAfter } = (await cluster.reconcile())!;
      expect(requeueAfter).toBeGreaterThan(1_000);
      expect(requeueAfter).toBeLessThanOrEqual(31_000);
    });

    test('reads peers and chains', async () => {
      const before = cluster.rpcRequests.length;
      await cluster.reconcile();
      const calls = cluster.rpcRequests.slice(before).flatMap(({ calls }) => calls);
      expect(new Set(calls.map(({ method }) => method))).toEqual(
        new Set(['getaddednodeinfo', 'getblockchaininfo', 'getpeerinfo']),
      );
    });

    test('returns after 1 s instead of at the resync while a node does not respond', async () => {
      cluster.nodes.get('1')!.failure = new RpcError('unauthorized', '401');
      expect(await cluster.reconcile()).toEqual({ requeueAfter: 1_000 });
      expect(conditions('Ready', 'PeersConnected')).toEqual([
        'Ready=True AllNodesReady',
        'PeersConnected=False RpcUnauthorized',
      ]);
    });

    test('applies an edit before it calls nodes', async () => {
      cluster.editSpec({ nodes: 4 });
      await cluster.reconcile();
      const { writes } = cluster.server;
      expect(writes.slice(0, 2)).toEqual([
        'apply configmaps/alice-config',
        'apply statefulsets/alice-sts',
      ]);
      expect(writes[2]).toMatch(/^rpc /);
      expect(writes.at(-1)).toBe(status);
    });

    test('applies an edit while its nodes are queried, and keeps their peers in the status', async () => {
      cluster.editSpec({ nodes: 4 });
      await cluster.reconcileObjects();
      cluster.context.clock.time += 250;
      await cluster.reconcileObjects();
      expect(cluster.server.writes).toEqual([
        'apply configmaps/alice-config',
        'apply statefulsets/alice-sts',
        status,
      ]);
      expect(conditions('Ready', 'PeersConnected')).toEqual([
        'Ready=False NodesNotReady',
        'PeersConnected=True AllLinksUp',
      ]);
    });

    test('gives its nodes 250 ms to answer before it writes the status', async () => {
      cluster.editSpec({ nodes: 4 });
      expect(await cluster.reconcileObjects()).toEqual({ requeueAfter: 250 });
      cluster.context.clock.time += 100;
      expect(await cluster.reconcileObjects()).toEqual({ requeueAfter: 150 });
      expect(cluster.status!.observedGeneration).toBe(2);
    });

    test('warns before it scales the network down, once', async () => {
      for (const node of cluster.nodes.values()) node.blocks = 200;
      await cluster.reconcile();
      cluster.editSpec({ nodes: 0 });
      await cluster.reconcile();
      await cluster.reconcile();
      expect(cluster.events).toEqual([
        'Warning ChainLost scaling from 3 to 0 nodes deletes alice-sts-0, alice-sts-1, alice-sts-2 ' +
          'with their chains and wallets (last known height 200); no other node has a copy',
        expect.stringMatching(/^Normal Updated /),
        expect.stringMatching(/^Normal Updated /),
      ]);
    });

    test('warns of lost chains when another client scales the StatefulSet, once', async () => {
      for (const node of cluster.nodes.values()) node.blocks = 200;
      await cluster.reconcile();
      cluster.server.edit('statefulsets/alice-sts', { spec: { replicas: 0 } });
      await cluster.reconcile();
      const deletionTimestamp = '2026-01-01T12:00:00Z';
      cluster.server.edit('pods/alice-sts-2', { metadata: { deletionTimestamp } });
      await cluster.reconcile();
      cluster.server.objects.delete('pods/alice-sts-2');
      await cluster.reconcile();
      expect(cluster.events).toEqual([
        'Warning ChainLost lost the chains and wallets of alice-sts-0, alice-sts-1, alice-sts-2 ' +
          '(last known height 200): another client scaled StatefulSet alice-sts to 0; no other ' +
          'node has a copy',
        'Normal Reverted reverted StatefulSet alice-sts: spec.replicas',
      ]);
    });

    test('reverts a change by another client', async () => {
      cluster.server.edit('statefulsets/alice-sts', { spec: { replicas: 5 } });
      await cluster.reconcile();
      expect(cluster.events).toEqual([
        'Normal Reverted reverted StatefulSet alice-sts: spec.replicas',
      ]);
    });
  });

  describe('with the annotation of an unguarded rollout', () => {
    const annotation = 'bitcoincontroller.christianb93.github.com/rollout';
    const annotations = () => cluster.server.get('bitcoinnetworks/alice').metadata.annotations;

    beforeEach(async () => {
      await cluster.settle();
      const patch = { metadata: { annotations: { [annotation]: 'unguarded' } } };
      cluster.server.edit('bitcoinnetworks/alice', patch);
    });

    test('removes it if no node is to be replaced', async () => {
      await cluster.reconcile();
      expect(annotations()).toEqual({});
      expect(cluster.events).toEqual([
        `Normal RollingUpdate removed the annotation ${annotation}: no node is left to replace`,
      ]);
    });

    test('replaces nodes that do not respond, and then removes it', async () => {
      for (const node of cluster.nodes.values()) node.failure = new RpcError('timeout', 'why');
      cluster.editSpec({ config: { txindex: 1 } });
      const before = new Set(cluster.nodes.values());
      for (let round = 0; round < 3; round++) {
        await cluster.reconcile();
        expect(annotations()).toEqual({ [annotation]: 'unguarded' });
        cluster.runPods();
      }
      expect([...cluster.nodes.values()].filter((node) => before.has(node))).toEqual([]);
      await cluster.reconcile();
      expect(annotations()).toEqual({});
    });
  });

  describe('during a rollout', () => {
    beforeEach(async () => {
      await cluster.settle();
      cluster.editSpec({ config: { txindex: 1 } });
      await cluster.reconcile();
      cluster.runPods();
      cluster.events.length = 0;
    });

    const partition = () => {
      const { spec } = cluster.server.get('statefulsets/alice-sts');
      const { updateStrategy } = spec as {
        updateStrategy: { rollingUpdate: { partition: number } };
      };
      return updateStrategy.rollingUpdate.partition;
    };

    test('moves the update partition in the reconcile that plans the step', async () => {
      expect(partition()).toBe(3);
      await cluster.reconcile();
      expect(partition()).toBe(2);
      expect(cluster.events).toEqual([
        expect.stringMatching(/^Warning RollingUpdate restarting nodes one at a time/),
        'Normal RollingUpdate replacing alice-sts-2',
      ]);
    });

    test('reports the rollout while it waits for a node', async () => {
      for (const node of cluster.nodes.values()) node.blocks = 10;
      await cluster.reconcile();
      cluster.runPods();
      await cluster.reconcile();
      expect(conditions('Ready', 'Reconciling')).toEqual([
        'Ready=False RollingOut',
        'Reconciling=True Progressing',
      ]);
    });

    test('returns after 1 s, because chains cannot be watched', async () => {
      expect(await cluster.reconcile()).toEqual({ requeueAfter: 1_000 });
    });

    test('waits until a replaced node has the chain of the others', async () => {
      for (const node of cluster.nodes.values()) node.blocks = 10;
      await cluster.reconcile();
      cluster.runPods();
      await cluster.reconcile();
      expect(partition()).toBe(2);
      cluster.nodes.get('2')!.blocks = 10;
      await cluster.reconcile();
      expect(partition()).toBe(1);
    });

    test('replaces all nodes, and then holds them again', async () => {
      for (let round = 0; round < 6; round++) {
        await cluster.reconcile();
        cluster.runPods();
      }
      await cluster.reconcile();
      expect(partition()).toBe(3);
      expect(cluster.events.filter((event) => event.includes('replacing'))).toHaveLength(3);
      expect(conditions('Ready', 'PeersConnected')).toEqual([
        'Ready=True AllNodesReady',
        'PeersConnected=True AllLinksUp',
      ]);
    });

    test('writes the status although the rollout fails', async () => {
      const recorder = {
        record: () => {
          throw new Error('a bug');
        },
      };
      cluster.replaceController({ recorder });
      cluster.nodes.get('1')!.failure = new RpcError('unauthorized', '401');
      await expect(cluster.reconcile()).rejects.toThrow('rollout: a bug');
      expect(conditions('PeersConnected')).toEqual(['PeersConnected=False RpcUnauthorized']);
      expect(partition()).toBe(3);
    });
  });

  describe('after a phase that fails', () => {
    test('writes the status with the error, throws it, and succeeds later', async () => {
      cluster.server.faults.set('apply statefulsets/alice-sts', quota);
      await expect(cluster.reconcile()).rejects.toThrow(/^objects: .*exceeded quota: small$/);
      expect(cluster.server.writes).toEqual([...objects, status]);
      expect(conditions('Ready', 'Stalled')).toEqual([
        'Ready=False ApplyFailed',
        'Stalled=False Settled',
      ]);
      // A quota may be raised, but not after 5 minutes without user action.
      cluster.context.clock.time += 300_000;
      await expect(cluster.reconcile()).rejects.toThrow('objects: ');
      expect(conditions('Ready', 'Stalled')).toEqual([
        'Ready=False ApplyFailed',
        'Stalled=True ActionRequired',
      ]);
      expect(cluster.events.at(-1)).toMatch(/^Warning Stalled .*exceeded quota: small$/);

      cluster.server.faults.clear();
      await cluster.reconcile();
      cluster.runPods();
      await cluster.reconcile();
      expect(conditions('Ready', 'Stalled')).toEqual([
        'Ready=True AllNodesReady',
        'Stalled=False Settled',
      ]);
    });

    test('links nodes although objects cannot be applied', async () => {
      await cluster.settle();
      cluster.nodes.get('0')!.outbound.clear();
      cluster.nodes.get('1')!.outbound.clear();
      cluster.server.edit('services/alice-svc', { spec: { clusterIP: 'x' } });
      cluster.server.faults.set('apply services/alice-svc', quota);
      await expect(cluster.reconcile()).rejects.toThrow('objects: ');
      expect(conditions('PeersConnected')).toEqual(['PeersConnected=True AllLinksUp']);
    });

    test('writes the status although the peers fail', async () => {
      await cluster.reconcile();
      cluster.runPods();
      const guard = () => {
        throw new Error('a bug');
      };
      cluster.replaceController({ guard });
      await expect(cluster.reconcile()).rejects.toThrow('peers: a bug');
      expect(conditions('Ready', 'PeersConnected')).toEqual([
        'Ready=True AllNodesReady',
        'PeersConnected=Unknown RpcFailed',
      ]);
    });

    test('throws a lost race as ConflictError at once, because it is retried at once', async () => {
      cluster.server.faults.set('apply configmaps/alice-config', conflict);
      await expect(cluster.reconcile()).rejects.toThrow(ConflictError);
      expect(cluster.server.writes).toEqual(['apply configmaps/alice-config']);
    });

    test('throws the error of the status', async () => {
      await cluster.reconcile();
      cluster.server.faults.set(status, quota);
      await expect(cluster.reconcile()).rejects.toThrow('status: ');
    });
  });

  test('stops at once after another controller became the leader', async () => {
    const client = cluster.server.client().withGuard(() => {
      throw new LeadershipLostError('not the leader');
    });
    cluster.replaceController({ client });
    await expect(cluster.reconcile()).rejects.toThrow(LeadershipLostError);
    expect(cluster.server.writes).toEqual([]);
  });

  test('stops at once when a shutdown no longer waits', async () => {
    const stop = new AbortController();
    stop.abort(new Error('shutting down'));
    await expect(cluster.reconcileObjects(stop.signal)).rejects.toThrow('shutting down');
    expect(cluster.server.writes).toEqual([]);
  });

  test('stops at an object of another owner, writes the status and waits for a change', async () => {
    const metadata = { name: 'alice-svc', namespace: 'lab', uid: 'theirs' };
    cluster.server.put('services/alice-svc', { apiVersion: 'v1', kind: 'Service', metadata });
    const { requeueAfter } = (await cluster.reconcileObjects())!;
    expect(requeueAfter).toBeGreaterThan(1_000);
    const refused = 'apply services/alice-svc';
    expect(cluster.server.writes).toEqual(['apply configmaps/alice-config', refused, status]);
    expect(cluster.events).toContainEqual(
      expect.stringMatching(/^Warning Stalled Service alice-svc already exists and is not owned/),
    );
  });

  describe('with a network that is deleted', () => {
    test('does nothing if the network is being deleted', async () => {
      cluster.server.edit('bitcoinnetworks/alice', {
        metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' },
      });
      expect(await cluster.reconcile()).toBeUndefined();
      expect(cluster.server.writes).toEqual([]);
    });

    test('does nothing if the network does not exist', async () => {
      cluster.server.objects.delete('bitcoinnetworks/alice');
      expect(await cluster.reconcile()).toBeUndefined();
      expect(cluster.server.writes).toEqual([]);
    });

    test('does not write status for a network deleted during the reconcile', async () => {
      await cluster.reconcile();
      cluster.events.length = 0;
      cluster.server.faults.set(status, notFound);
      await cluster.reconcile();
      expect(cluster.status).toBeUndefined();
      expect(cluster.events).toEqual([]);
    });

    test('creates the objects of a later network with the same name', async () => {
      await cluster.settle();
      for (const key of [...cluster.server.objects.keys()]) cluster.server.objects.delete(key);
      await cluster.reconcile();
      cluster.createNetwork({ nodes: 2 });
      expect(await cluster.reconcile()).toEqual({ requeueAfter: 0 });
      expect(cluster.server.writes).toEqual(objects);
    });
  });

  test('makes a network without nodes ready in its second reconcile, without Normal events', async () => {
    cluster.createNetwork({ nodes: 0 });
    await cluster.reconcile();
    cluster.runPods();
    await cluster.reconcile();
    expect(conditions('Ready', 'PeersConnected')).toEqual([
      'Ready=True AllNodesReady',
      'PeersConnected=True AllLinksUp',
    ]);
    expect(cluster.events).toHaveLength(1);
  });

  describe('with a pod that the API server refuses', () => {
    const list = () =>
      Promise.resolve({
        metadata: {},
        items: [{ note: 'exceeded quota: small', eventTime: '2026-01-01T12:00:00Z' }],
      } as never);

    beforeEach(async () => {
      await cluster.settle();
      cluster.server.objects.delete('pods/alice-sts-2');
      cluster.replaceController({ eventReader: { list } });
    });

    test('returns after 3 s, and then reports the reason', async () => {
      expect(await cluster.reconcile()).toEqual({ requeueAfter: expect.any(Number) as number });
      cluster.context.clock.time += 3_000;
      await cluster.reconcile();
      const ready = cluster.status?.conditions?.find(({ type }) => type === 'Ready');
      expect(ready?.message).toBe(
        '2 of 3 nodes are ready; 1 pod does not exist: exceeded quota: small',
      );
    });
  });
});
