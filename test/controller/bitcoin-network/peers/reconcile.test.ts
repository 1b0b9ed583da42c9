import type { RpcCall, RpcOutcome } from '../../../../bitcoin/rpc/client.ts';
import { RpcError, rpcErrorCode } from '../../../../bitcoin/rpc/error.ts';
import type { NodeName } from '../../../../bitcoin/plan/node-name.ts';
import { queryNodes } from '../../../../controller/bitcoin-network/nodes/query.ts';
import { Dialer } from '../../../../controller/bitcoin-network/peers/dialer.ts';
import { reconcilePeers } from '../../../../controller/bitcoin-network/peers/reconcile.ts';
import { LeadershipLostError } from '../../../../kube/api/errors.ts';
import type { Pod } from '../../../../controller/cache/workloads.ts';
import { dependencies, network, pod, scope, statefulSet } from '../../builders.ts';
import { FakeNode, refused } from '../../fake-node.ts';

/** Reconciles the peers of a network of `size` nodes, of which the given ones are ready. */
async function reconcile(
  nodes: Partial<Record<NodeName, FakeNode>>,
  size: number,
  guard: () => void = () => undefined,
  signal = new AbortController().signal,
  pods: readonly Pod[] = [],
) {
  const context = { ...dependencies(), guard };
  context.server.put('statefulsets/alice-sts', { ...statefulSet(size) });
  for (const each of pods) context.server.put(`pods/${each.metadata.name}`, { ...each });
  const clients = new Map(Object.entries(nodes) as [NodeName, FakeNode][]);
  const views = await queryNodes(clients);
  const result = await reconcilePeers(
    scope(network({ nodes: size }), context, signal),
    clients,
    views,
    new Dialer(),
  );
  // Without the limit of dials, whose timer is canceled.
  const delays = context.clock.delays.filter((delay) => delay !== 2_000);
  return { result, log: context.log, delays };
}

/** Replaces the answers of a node to changes. */
function answerChanges(
  node: FakeNode,
  answer: (calls: readonly RpcCall[]) => Promise<RpcOutcome[]>,
) {
  const original = node.batch.bind(node);
  node.batch = (calls) => (calls[0]!.method === 'addnode' ? answer(calls) : original(calls));
}

describe('reconcilePeers', () => {
  test('lists and dials planned peers, and queries until handshakes are complete', async () => {
    const nodes = { 0: new FakeNode(), 1: new FakeNode() };
    const { result, delays } = await reconcile(nodes, 2);
    expect(nodes[0].changes).toEqual(['add alice-sts-1', 'onetry alice-sts-1']);
    expect(nodes[1].changes).toEqual(['add alice-sts-0', 'onetry alice-sts-0']);
    expect(delays).toEqual([50]);
    expect(result).toMatchObject({ down: [], complete: new Set(['0', '1']) });
  });

  test('dials the IP address of the pod, because DNS may cache that the name does not exist', async () => {
    const nodes = { 0: new FakeNode(), 1: new FakeNode() };
    const pods = [pod('0', { podIP: '10.0.0.7' }), pod('1', { podIP: 'fd00::8' })];
    const { result } = await reconcile(nodes, 2, undefined, undefined, pods);
    expect([...nodes[0].outbound.keys()]).toEqual(['[fd00::8]:18444']);
    expect([...nodes[1].outbound.keys()]).toEqual(['10.0.0.7:18444']);
    expect([...nodes[0].added]).toEqual(['alice-sts-1.alice-svc:18444']);
    expect(result).toMatchObject({ down: [], complete: new Set(['0', '1']) });
  });

  test('is pending after changes, because bitcoind may close a new connection', async () => {
    const { result } = await reconcile({ 0: new FakeNode(), 1: new FakeNode() }, 2);
    expect(result.isPending).toBe(true);
  });

  test('changes nothing on nodes that match the plan, and does not poll', async () => {
    const nodes = { 0: new FakeNode().link('1'), 1: new FakeNode().link('0') };
    const guard = () => {
      throw new Error('the guard was called');
    };
    const { result } = await reconcile(nodes, 2, guard);
    expect(result).toMatchObject({ down: [], isPending: false });
    expect([...nodes[0].changes, ...nodes[1].changes]).toEqual([]);
  });

  test('removes a node that left the plan at both ends before it disconnects', async () => {
    const nodes = { 0: new FakeNode().link('1', '2'), 1: new FakeNode().link('0', '2') };
    await reconcile(nodes, 2);
    expect(nodes[0].changes).toEqual(['remove alice-sts-2', 'disconnectnode alice-sts-2']);
    expect(nodes[1].changes).toEqual(['remove alice-sts-2', 'disconnectnode alice-sts-2']);
  });

  test('does not change peers that the user added', async () => {
    const nodes = { 0: new FakeNode().link('1'), 1: new FakeNode().link('0') };
    nodes[0].added.add('wallet.example:18444');
    nodes[0].outbound.set('wallet.example:18444', 0);
    await reconcile(nodes, 2);
    expect(nodes[0].changes).toEqual([]);
  });

  test('stops querying for handshakes after 10 queries', async () => {
    const nodes = { 0: new FakeNode(), 1: new FakeNode() };
    answerChanges(nodes[0], (calls) => Promise.resolve(calls.map(() => ({ result: null }))));
    answerChanges(nodes[1], (calls) => Promise.resolve(calls.map(() => ({ result: null }))));
    const { result, delays } = await reconcile(nodes, 2);
    expect(delays).toHaveLength(10);
    expect(result.down).toEqual(['alice-sts-0 - alice-sts-1']);
  });

  test('stops querying when a shutdown no longer waits', async () => {
    const nodes = { 0: new FakeNode(), 1: new FakeNode() };
    const stop = new AbortController();
    answerChanges(nodes[0], (calls) => {
      stop.abort(new Error('shutting down'));
      return Promise.resolve(calls.map(() => ({ result: null })));
    });
    const reconciling = reconcile(nodes, 2, () => undefined, stop.signal);
    await expect(reconciling).rejects.toThrow('shutting down');
  });

  test('changes nothing after another controller became the leader', async () => {
    const nodes = { 0: new FakeNode(), 1: new FakeNode() };
    const guard = () => {
      throw new LeadershipLostError('not the leader');
    };
    await expect(reconcile(nodes, 2, guard)).rejects.toThrow(LeadershipLostError);
    expect([...nodes[0].changes, ...nodes[1].changes]).toEqual([]);
  });

  test('logs a change that a node rejects, and the result shows its effect', async () => {
    const nodes = { 0: new FakeNode(), 1: new FakeNode() };
    const err = new RpcError('timeout', 'no answer');
    answerChanges(nodes[0], () => Promise.reject(err));
    answerChanges(nodes[1], (calls) =>
      Promise.resolve(calls.map(() => refused(rpcErrorCode.nodeAlreadyAdded))),
    );
    const { result, log } = await reconcile(nodes, 2);
    expect(log.entries).toEqual([
      {
        level: 'warn',
        fields: { network: 'lab/alice', phase: 'peers', pod: 'alice-sts-0', err },
        message: 'failed to update peers',
      },
    ]);
    expect(result.down).toEqual(['alice-sts-0 - alice-sts-1']);
  });
});

describe('the result of reconcilePeers', () => {
  test('counts the peers of each node', async () => {
    const nodes = {
      0: new FakeNode().link('1', '2'),
      1: new FakeNode().link('0', '2'),
      2: new FakeNode().link('0', '1'),
    };
    const { result } = await reconcile(nodes, 3);
    expect(result.counts).toEqual(
      new Map([
        ['0', 2],
        ['1', 2],
        ['2', 2],
      ]),
    );
  });

  test('lists links that are down once, even if one end has no pod', async () => {
    const nodes = { 0: new FakeNode().link('1'), 1: new FakeNode().link('0') };
    const { result } = await reconcile(nodes, 3);
    expect(result.down).toEqual(['alice-sts-0 - alice-sts-2', 'alice-sts-1 - alice-sts-2']);
    expect(result.complete).toEqual(new Set());
    expect(result.counts.has('2')).toBe(false);
  });

  test('counts a link that a responding peer reports, and fails the other node', async () => {
    const nodes = { 0: new FakeNode().link('1'), 1: new FakeNode() };
    nodes[1].failure = new RpcError('unauthorized', '401');
    const { result } = await reconcile(nodes, 2);
    expect(result.failures).toEqual(new Map([['1', nodes[1].failure]]));
    expect(result.down).toEqual([]);
    expect(result.complete).toEqual(new Set(['0']));
    expect(result.counts.get('1')).toBe(1);
    expect(result.isPending).toBe(true);
  });

  test('is complete for a network without nodes', async () => {
    expect((await reconcile({}, 0)).result).toEqual({
      connected: new Map(),
      counts: new Map(),
      complete: new Set(),
      down: [],
      failures: new Map(),
      views: new Map(),
      isPending: false,
    });
  });
});
