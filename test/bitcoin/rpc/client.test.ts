import { RpcAgent } from '../../../bitcoin/rpc/agent.ts';
import { RpcClient, type RpcRequestOutcome } from '../../../bitcoin/rpc/client.ts';
import { RpcError } from '../../../bitcoin/rpc/error.ts';
import { batchResponse, RpcServer, type RpcResponse } from './rpc-server.ts';

/** The outcome of a call that a node answers with an error. */
const refused = { error: new RpcError('refused', 'no', { code: -1 }) };

describe('RpcClient', () => {
  let server: RpcServer;
  let agent: RpcAgent;

  beforeEach(async () => {
    server = await RpcServer.start();
    agent = new RpcAgent();
  });

  afterEach(async () => {
    agent.destroy();
    await server.stop();
  });

  const client = (timeout?: number) => {
    const credentials = { user: 'u', password: 'p:w' };
    return new RpcClient({ address: server.address, credentials, agent, timeout });
  };

  test('returns the results in the order of the calls', async () => {
    server.respond = () => ({
      body: [
        { id: 1, result: 'second', error: null },
        { id: 0, result: 'first', error: null },
      ],
    });
    const outcomes = await client().batch([{ method: 'uptime' }, { method: 'getblockcount' }]);
    expect(outcomes).toEqual([{ result: 'first' }, { result: 'second' }]);
  });

  test('sends credentials, methods and parameters as bitcoind expects them', async () => {
    server.respond = () => batchResponse([{ result: null }, { result: 0 }]);
    await client().batch([
      { method: 'addnode', params: ['a:1', 'add'] },
      { method: 'getblockcount' },
    ]);
    const [request] = server.requests;
    expect(request!.authorization).toBe(`Basic ${Buffer.from('u:p:w').toString('base64')}`);
    expect(request!.calls).toEqual([
      { jsonrpc: '1.0', id: 0, method: 'addnode', params: ['a:1', 'add'] },
      { jsonrpc: '1.0', id: 1, method: 'getblockcount', params: [] },
    ]);
  });

  test.each<[string, RpcResponse, RpcRequestOutcome]>([
    ['a result', batchResponse([{ result: 1 }, refused]), 'success'],
    ['errors only', batchResponse([refused, refused]), 'refused'],
    ['the status 401', { status: 401 }, 'unauthorized'],
    ['the status 403', { status: 403 }, 'forbidden'],
    ['a text', { body: 'hello' }, 'malformed'],
    ['nothing', { never: true }, 'timeout'],
  ])('reports the duration and the outcome of a request with %s', async (_, response, outcome) => {
    server.respond = () => response;
    const requests: [number, RpcRequestOutcome][] = [];
    const measured = new RpcClient({
      address: server.address,
      credentials: { user: 'u', password: 'p' },
      agent,
      timeout: 200,
      onRequest: (...request) => requests.push(request),
    });
    const calls = [{ method: 'uptime' }, { method: 'getblockcount' }] as const;
    await measured.batch(calls).catch(() => undefined);
    expect(requests).toEqual([[expect.any(Number), outcome]]);
    expect(requests[0]![0]).toBeGreaterThan(outcome === 'timeout' ? 150 : 0);
    expect(requests[0]![0]).toBeLessThan(5_000);
  });

  test('sends nothing for an empty batch', async () => {
    expect(await client().batch([])).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  test('reuses a connection', async () => {
    server.respond = () => batchResponse([{ result: 1 }]);
    for (let call = 0; call < 3; call++) await client().call('uptime');
    expect(server.connections).toBe(1);
  });

  test('reports the code of a JSON-RPC error', async () => {
    server.respond = () => ({
      body: [{ id: 0, result: null, error: { code: -23, message: 'already added' } }],
    });
    await expect(client().call('addnode', 'a:1', 'add')).rejects.toMatchObject({
      failure: 'refused',
      code: -23,
      message: `${server.address}: addnode: already added (-23)`,
    });
  });

  test('fails only the call of a batch that has no answer', async () => {
    server.respond = () => ({ body: [null, 'noise', { id: 1, result: 7, error: null }] });
    const [first, second] = await client().batch([{ method: 'uptime' }, { method: 'uptime' }]);
    expect(first).toMatchObject({ error: { failure: 'malformed' } });
    expect(second).toEqual({ result: 7 });
  });

  test.each([
    ['HTTP 401', 'unauthorized', { status: 401, body: '' }],
    ['HTTP 403', 'forbidden', { status: 403, body: '' }],
    ['text', 'malformed', { status: 500, body: 'Work queue depth exceeded' }],
    ['a single object', 'malformed', { body: { id: null, error: { code: -32700, message: '' } } }],
    ['null', 'malformed', { body: null }],
    ['an empty batch', 'malformed', { body: [] }],
  ])('reports %s as %s', async (_, failure, response) => {
    server.respond = () => response;
    await expect(client().call('uptime')).rejects.toMatchObject({ failure });
  });

  test('reports a missing answer as timeout and does not repeat the call', async () => {
    server.respond = () => ({ never: true });
    await expect(client(50).call('stop')).rejects.toMatchObject({ failure: 'timeout' });
    expect(server.requests).toHaveLength(1);
  });

  test('reports a closed port as unreachable', async () => {
    const closed = client();
    await server.stop();
    await expect(closed.call('uptime')).rejects.toMatchObject({ failure: 'unreachable' });
    server = await RpcServer.start();
  });

  test('mentions no password in an error', async () => {
    server.respond = () => ({ status: 401, body: '' });
    const error: unknown = await client()
      .call('uptime')
      .catch((cause: unknown) => cause);
    expect(JSON.stringify([String(error), error])).not.toContain('p:w');
  });
});
