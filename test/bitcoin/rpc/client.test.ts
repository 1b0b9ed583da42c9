import { createServer, type Agent, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RpcClient, rpcAgent } from '../../../bitcoin/rpc/client.ts';

interface Answer {
  readonly status?: number;
  readonly body?: string | object;
  readonly never?: true;
}

describe('RpcClient', () => {
  let server: Server;
  let agent: Agent;
  let requests: { authorization: string | undefined; body: unknown }[];
  let answer: Answer;

  beforeEach(async () => {
    requests = [];
    answer = {};
    agent = rpcAgent();
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
        requests.push({ authorization: request.headers.authorization, body });
        if (answer.never) return;
        response.statusCode = answer.status ?? 200;
        response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    agent.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const client = (timeout?: number) => {
    const { port } = server.address() as AddressInfo;
    const login = { user: 'u', password: 'p:w' };
    return new RpcClient({ address: `127.0.0.1:${port}`, credentials: login, agent, timeout });
  };

  test('gives results in the order of the calls', async () => {
    answer = {
      body: [
        { id: 1, result: 'second', error: null },
        { id: 0, result: 'first', error: null },
      ],
    };
    const outcomes = await client().batch([{ method: 'uptime' }, { method: 'getblockcount' }]);
    expect(outcomes).toEqual([{ result: 'first' }, { result: 'second' }]);
    expect(requests[0]!.authorization).toBe(`Basic ${Buffer.from('u:p:w').toString('base64')}`);
    expect(requests[0]!.body).toMatchObject([{ method: 'uptime' }, { method: 'getblockcount' }]);
  });

  test("tells a call's own error by its code", async () => {
    answer = { body: [{ id: 0, result: null, error: { code: -23, message: 'already added' } }] };
    await expect(client().call('addnode', 'a:1', 'add')).rejects.toMatchObject({
      failure: 'refused',
      code: -23,
      message: expect.stringContaining('already added') as string,
    });
  });

  test.each([
    [{ status: 401, body: '' }, 'unauthorized'],
    [{ status: 403, body: '' }, 'forbidden'],
    [{ status: 500, body: 'Work queue depth exceeded' }, 'malformed'],
    [{ body: { id: null, result: null, error: { code: -32700, message: '' } } }, 'malformed'],
    [{ body: [] }, 'malformed'],
  ] as const)('%j is %s', async (given, failure) => {
    answer = given;
    await expect(client().call('uptime')).rejects.toMatchObject({ failure });
  });

  test('no answer in time is a timeout, and the call is made once', async () => {
    answer = { never: true };
    await expect(client(50).call('stop')).rejects.toMatchObject({ failure: 'timeout' });
    expect(requests).toHaveLength(1);
    server.closeAllConnections();
  });

  test('nobody there is unreachable, and no error tells the password', async () => {
    const gone = client();
    server.close();
    const error = await gone.call('uptime').catch((cause: unknown) => cause);
    expect(error).toMatchObject({ failure: 'unreachable' });
    expect(String(error)).not.toContain('p:w');
  });
});
