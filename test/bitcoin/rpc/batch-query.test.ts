import { chainTipQuery } from '../../../bitcoin/chain-state/tips.ts';
import { nodePeersQuery } from '../../../bitcoin/peers/node-peers.ts';
import { RpcAgent } from '../../../bitcoin/rpc/agent.ts';
import { RpcClient } from '../../../bitcoin/rpc/client.ts';
import { RpcError } from '../../../bitcoin/rpc/error.ts';
import { queryNode, type RpcQuery } from '../../../bitcoin/rpc/batch-query.ts';
import { stringField, record } from '../../../bitcoin/rpc/shape.ts';
import { batchResponse, RpcServer } from './rpc-server.ts';

/** A query whose method the whitelist of release 0.1.0 lacks. */
const addressQuery: RpcQuery<string> = {
  calls: [{ method: 'getaddressinfo', params: ['bcrt1'] }],
  parse: ([result]) => stringField(record(result), 'address'),
};
const queries = { peers: nodePeersQuery, tip: chainTipQuery };

describe('queryNode', () => {
  let server: RpcServer;
  let agent: RpcAgent;
  /** The results of each method. */
  let results: Partial<Record<string, unknown>>;

  beforeEach(async () => {
    server = await RpcServer.start();
    agent = new RpcAgent();
    results = {
      getaddednodeinfo: [{ addednode: 'a:1' }],
      getpeerinfo: [{ addr: 'a:1', inbound: false, version: 70016 }],
      getblockchaininfo: { blocks: 3, headers: 3, bestblockhash: 'ab' },
      getaddressinfo: { address: 'bcrt1' },
    };
    server.respond = ({ calls }) =>
      batchResponse(calls.map(({ method }) => ({ result: results[method] })));
  });

  afterEach(async () => {
    agent.destroy();
    await server.stop();
  });

  const client = (timeout?: number) => {
    const credentials = { user: 'u', password: 'p' };
    return new RpcClient({ address: server.address, credentials, agent, timeout });
  };
  const batches = () => server.requests.map(({ calls }) => calls.map(({ method }) => method));

  test('sends all queries in one request and returns an answer for each', async () => {
    expect(await queryNode(client(), queries)).toEqual({
      peers: { value: { added: ['a:1'], outbound: ['a:1'] } },
      tip: { value: { blocks: 3, headers: 3, bestBlockHash: 'ab' } },
    });
    expect(batches()).toEqual([['getaddednodeinfo', 'getpeerinfo', 'getblockchaininfo']]);
  });

  test.each([
    ['a list that contains null', { getpeerinfo: [null] }],
    ['null', { getpeerinfo: null }],
    ['an object', { getpeerinfo: {} }],
    ['a list of numbers', { getaddednodeinfo: [1] }],
    ['a number in a field of text', { getaddednodeinfo: [{ addednode: 1 }] }],
  ])('fails only its own query for %s', async (_, malformed) => {
    Object.assign(results, malformed);
    const { peers, tip } = await queryNode(client(), queries);
    expect(peers).toMatchObject({ error: { failure: 'malformed' } });
    expect(tip).toMatchObject({ value: { blocks: 3 } });
  });

  test('names the methods whose results are malformed', async () => {
    results.getpeerinfo = [null];
    const { peers } = await queryNode(client(), queries);
    expect(peers).toMatchObject({
      error: { message: 'getaddednodeinfo, getpeerinfo: expected an object, got null' },
    });
  });

  test('fails only its own query for a call that the node rejects', async () => {
    const error = new RpcError('refused', 'Loading block index', { code: -28 });
    server.respond = ({ calls }) =>
      batchResponse(
        calls.map(({ method }) =>
          method === 'getblockchaininfo' ? { error } : { result: results[method] },
        ),
      );
    const { peers, tip } = await queryNode(client(), queries);
    expect(peers).toHaveProperty('value');
    expect(tip).toMatchObject({ error: { failure: 'refused', code: -28 } });
  });

  test.each([
    ['unauthorized', { status: 401, body: '' }],
    ['malformed', { status: 500, body: 'Work queue depth exceeded' }],
    ['timeout', { never: true }],
  ] as const)('fails all queries as %s if the request fails', async (failure, response) => {
    server.respond = () => response;
    const { peers, tip } = await queryNode(client(50), queries);
    expect(peers).toMatchObject({ error: { failure } });
    expect(tip).toMatchObject({ error: { failure } });
    expect(server.requests).toHaveLength(1);
  });

  test('throws an error that does not come from the node', async () => {
    const broken = { batch: () => Promise.reject(new TypeError('a bug')) };
    await expect(queryNode(broken, queries)).rejects.toThrow(TypeError);
  });

  describe('on a node whose whitelist is that of an earlier release', () => {
    beforeEach(() => {
      const { respond } = server;
      server.respond = (request) =>
        request.calls.some(({ method }) => method === 'getaddressinfo')
          ? { status: 403, body: '' }
          : respond(request);
    });

    test('repeats the request without the queries that the node forbids', async () => {
      const answers = await queryNode(client(), { ...queries, address: addressQuery });
      expect(answers.peers).toHaveProperty('value');
      expect(answers.tip).toHaveProperty('value');
      expect(answers.address).toMatchObject({ error: { failure: 'forbidden' } });
      expect(batches()).toEqual([
        ['getaddednodeinfo', 'getpeerinfo', 'getblockchaininfo', 'getaddressinfo'],
        ['getaddednodeinfo', 'getpeerinfo', 'getblockchaininfo'],
      ]);
    });

    test('does not repeat the request if no query is left', async () => {
      const answers = await queryNode(client(), { address: addressQuery });
      expect(answers.address).toMatchObject({ error: { failure: 'forbidden' } });
      expect(server.requests).toHaveLength(1);
    });

    test('fails the other queries with the error of the second request', async () => {
      server.respond = () => ({ status: server.requests.length === 1 ? 403 : 401, body: '' });
      const answers = await queryNode(client(), { ...queries, address: addressQuery });
      expect(answers.peers).toMatchObject({ error: { failure: 'unauthorized' } });
      expect(answers.address).toMatchObject({ error: { failure: 'forbidden' } });
    });
  });

  test('does not repeat a request that forbids methods of release 0.1.0', async () => {
    server.respond = () => ({ status: 403, body: '' });
    const { peers } = await queryNode(client(), queries);
    expect(peers).toMatchObject({ error: { failure: 'forbidden' } });
    expect(server.requests).toHaveLength(1);
  });
});
