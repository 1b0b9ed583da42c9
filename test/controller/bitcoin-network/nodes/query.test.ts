import { RpcError } from '../../../../bitcoin/rpc/error.ts';
import type { RpcCall } from '../../../../bitcoin/rpc/client.ts';
import type { NodeName } from '../../../../bitcoin/plan/node-name.ts';
import { queryNodes } from '../../../../controller/bitcoin-network/nodes/query.ts';
import { linkedWith, tip } from '../../builders.ts';
import { FakeNode } from '../../fake-node.ts';

const clientsOf = (...nodes: FakeNode[]) =>
  new Map(nodes.map((node, ordinal): [NodeName, FakeNode] => [`${ordinal}`, node]));

describe('queryNodes', () => {
  test('returns a view of each node', async () => {
    const clients = clientsOf(new FakeNode().link('1'), new FakeNode());
    expect(await queryNodes(clients)).toEqual(
      new Map([
        ['0', { peers: linkedWith('1'), tip: tip(0) }],
        ['1', { peers: linkedWith(), tip: tip(0) }],
      ]),
    );
  });

  test('reads the peers and the chain in one batch', async () => {
    const node = new FakeNode();
    node.blocks = 7;
    const batches: string[][] = [];
    const client = {
      batch: (calls: readonly RpcCall[]) => {
        batches.push(calls.map(({ method }) => method));
        return node.batch(calls);
      },
    };
    const views = await queryNodes(new Map([['0', client]]));
    expect(views.get('0')!.tip).toEqual({
      value: { blocks: 7, headers: 7, bestBlockHash: 'hash-7' },
    });
    expect(batches).toEqual([['getaddednodeinfo', 'getpeerinfo', 'getblockchaininfo']]);
  });

  test('puts the error of a node into its view only', async () => {
    const clients = clientsOf(new FakeNode(), new FakeNode());
    clients.get('0')!.failure = new RpcError('timeout', 'no answer');
    const views = await queryNodes(clients);
    expect(views.get('0')).toEqual({
      peers: { error: clients.get('0')!.failure },
      tip: { error: clients.get('0')!.failure },
    });
    expect(views.get('1')!.peers).toHaveProperty('value');
  });

  test('returns no views of a network without ready nodes', async () => {
    expect(await queryNodes(new Map())).toEqual(new Map());
  });
});
