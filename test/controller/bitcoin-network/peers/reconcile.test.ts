import type { RpcCall, RpcClient, RpcOutcome } from '../../../../bitcoin/rpc/client.ts';
import { RpcError, rpcErrorCode } from '../../../../bitcoin/rpc/error.ts';
import { fullMesh } from '../../../../bitcoin/plan/topologies/full-mesh.ts';
import { syncPeers } from '../../../../controller/bitcoin-network/peers/reconcile.ts';
import { LeadershipLostError } from '../../../../kube/api/errors.ts';
import { names } from '../../builders.ts';

const address = (ordinal: number) => names.nameOf(ordinal);

/** A bitcoind's lists; whom it dials is connected, but shakes hands only at the second look. */
class FakeNode {
  readonly added = new Set<string>();
  /** By name, the looks until the handshake is done. */
  readonly outbound = new Map<string, number>();
  /** What it was told to change, `add alice-sts-1` and the like. */
  readonly told: string[] = [];
  failure: RpcError | undefined;

  link(...ordinals: number[]): this {
    for (const ordinal of ordinals) {
      this.added.add(address(ordinal));
      this.outbound.set(address(ordinal), 0);
    }
    return this;
  }

  batch(calls: readonly RpcCall[]): Promise<RpcOutcome[]> {
    if (this.failure) return Promise.reject(this.failure);
    return Promise.resolve(calls.map((call) => this.#answer(call)));
  }

  #answer({ method, params = [] }: RpcCall): RpcOutcome {
    const [name, command] = params as [string, string | undefined];
    if (method === 'getaddednodeinfo') {
      return { result: [...this.added].map((addednode) => ({ addednode })) };
    }
    if (method === 'getpeerinfo') {
      const peers = [...this.outbound].map(([addr, looks]) => {
        this.outbound.set(addr, looks - 1);
        return { addr, inbound: false, version: looks > 0 ? 0 : 70016 };
      });
      return { result: peers };
    }
    this.told.push(`${command ?? method} ${name.split('.', 1)[0]!}`);
    if (command === 'add') {
      if (this.added.has(name)) return refused(rpcErrorCode.nodeAlreadyAdded);
      this.added.add(name);
    }
    if (command === 'remove') this.added.delete(name);
    if (command === 'onetry') this.outbound.set(name, 1);
    if (method === 'disconnectnode' && !this.outbound.delete(name)) {
      return refused(rpcErrorCode.nodeNotConnected);
    }
    return { result: null };
  }
}

function refused(code: number): { error: RpcError } {
  return { error: new RpcError('refused', 'refused', { code }) };
}

/** One run of the step over nodes that are ready. */
function sync(nodes: Record<number, FakeNode>, wanted: number, guard = () => undefined) {
  const failures: string[] = [];
  const slept: number[] = [];
  const seen = syncPeers({
    topology: fullMesh(wanted),
    names,
    clients: new Map(
      Object.entries(nodes).map(([ordinal, node]) => [
        Number(ordinal),
        node as unknown as RpcClient,
      ]),
    ),
    guard,
    clock: {
      now: () => 0,
      setTimer(callback, delay) {
        slept.push(delay);
        queueMicrotask(callback);
        return () => undefined;
      },
    },
    signal: new AbortController().signal,
    onFailure: (pod, error) => failures.push(`${pod}: ${error.failure}`),
  });
  return { seen, failures, slept };
}

describe('syncPeers', () => {
  test('lists and dials what the plan has, and looks again until hands are shaken', async () => {
    const nodes = { 0: new FakeNode(), 1: new FakeNode() };
    const { seen, slept } = sync(nodes, 2);
    expect(await seen).toMatchObject({ changed: true, down: [], complete: new Set([0, 1]) });
    const told = [...nodes[0].told, ...nodes[1].told];
    // Each lists the other, and dials whom it lists.
    expect(told.sort()).toEqual([
      'add alice-sts-0',
      'add alice-sts-1',
      'onetry alice-sts-0',
      'onetry alice-sts-1',
    ]);
    expect(slept).toEqual([50]);
  });

  test('tells nodes that are as planned nothing', async () => {
    const nodes = { 0: new FakeNode().link(1), 1: new FakeNode().link(0) };
    const guard = () => {
      throw new Error('asked');
    };
    expect(await sync(nodes, 2, guard).seen).toMatchObject({ changed: false, down: [] });
    expect([nodes[0].told, nodes[1].told]).toEqual([[], []]);
  });

  test('takes away what left the plan, at both ends, and cuts it after it was removed', async () => {
    const nodes = { 0: new FakeNode().link(1, 2), 1: new FakeNode().link(0, 2) };
    await sync(nodes, 2).seen;
    expect(nodes[0].told).toEqual(['remove alice-sts-2', 'disconnectnode alice-sts-2']);
    expect(nodes[1].told).toEqual(['remove alice-sts-2', 'disconnectnode alice-sts-2']);
  });

  test("leaves a user's own peers alone", async () => {
    const nodes = { 0: new FakeNode().link(1), 1: new FakeNode().link(0) };
    nodes[0].added.add('wallet.example:18444');
    nodes[0].outbound.set('wallet.example:18444', 0);
    await sync(nodes, 2).seen;
    expect(nodes[0].told).toEqual([]);
  });

  test('says which links are down, those of nodes that are not there among them', async () => {
    const nodes = { 0: new FakeNode().link(1), 1: new FakeNode().link(0) };
    expect(await sync(nodes, 3).seen).toMatchObject({
      down: ['alice-sts-0 - alice-sts-2', 'alice-sts-1 - alice-sts-2'],
      complete: new Set(),
    });
  });

  test('a node that does not answer is a failure of its own; a link that its peer has is up', async () => {
    const nodes = { 0: new FakeNode().link(1), 1: new FakeNode() };
    nodes[1].failure = new RpcError('unauthorized', '401');
    const seen = await sync(nodes, 2).seen;
    expect(seen.failures.get(1)).toBe(nodes[1].failure);
    expect(seen.down).toEqual([]);
    expect(seen.complete).toEqual(new Set([0]));
  });

  test('a change that a node does not take is told, and one that it has already is not', async () => {
    const nodes = { 0: new FakeNode(), 1: new FakeNode() };
    const [failing, ahead] = [nodes[0].batch.bind(nodes[0]), nodes[1].batch.bind(nodes[1])];
    const isChange = ([call]: readonly RpcCall[]) => call!.method === 'addnode';
    nodes[0].batch = (calls) =>
      isChange(calls) ? Promise.reject(new RpcError('timeout', 'no answer')) : failing(calls);
    nodes[1].batch = (calls) =>
      isChange(calls)
        ? Promise.resolve(calls.map(() => refused(rpcErrorCode.nodeAlreadyAdded)))
        : ahead(calls);
    const { seen, failures } = sync(nodes, 2);
    expect(await seen).toMatchObject({ changed: true, down: ['alice-sts-0 - alice-sts-1'] });
    expect(failures).toEqual(['alice-sts-0: timeout']);
  });

  test('does not tell nodes anything once another leads', async () => {
    const nodes = { 0: new FakeNode(), 1: new FakeNode() };
    const lost = () => {
      throw new LeadershipLostError('another leads');
    };
    await expect(sync(nodes, 2, lost).seen).rejects.toThrow('another leads');
    expect([nodes[0].told, nodes[1].told]).toEqual([[], []]);
  });
});
