import { nodeClients } from '../../../../controller/bitcoin-network/nodes/clients.ts';
import { batchResponse, RpcServer } from '../../../bitcoin/rpc/rpc-server.ts';
import { node } from '../../builders.ts';

describe('nodeClients', () => {
  let server: RpcServer;

  beforeEach(async () => {
    server = await RpcServer.start();
    server.respond = ({ calls }) => batchResponse(calls.map(() => ({ result: 1 })));
  });

  afterEach(() => server.stop());

  const credentials = { user: 'controller', password: 'secret' };
  const clientsOf = (...nodes: ReturnType<typeof node>[]) =>
    nodeClients(nodes, credentials, { agent: server.agent(), maxConnections: 125 });

  test('returns a client for each ready node that has an address', () => {
    const clients = clientsOf(node('0'), node('1', { ready: false }), node('2', { ip: undefined }));
    expect([...clients.keys()]).toEqual(['0']);
  });

  test.each([
    ['10.0.0.7', '10.0.0.7:18332'],
    ['fd00::7', '[fd00::7]:18332'],
  ])('calls a node with the address %s as %s', async (ip, host) => {
    const clients = clientsOf(node('0', { ip }));
    expect(await clients.get('0')!.batch([{ method: 'uptime' }])).toEqual([{ result: 1 }]);
    const { authorization, ...request } = server.requests[0]!;
    expect(request.host).toBe(host);
    expect(authorization).toBe(`Basic ${Buffer.from('controller:secret').toString('base64')}`);
  });

  test.each([
    ['two connections to each node and 125 others', { maxConnections: 125 }, 129],
    ['-maxconnections', { maxConnections: 1_000 }, 1_004],
  ])('limits a response to 4 KiB per peer: %s', async (_, options, peers) => {
    const clients = nodeClients([node('0'), node('1', { ready: false })], credentials, {
      agent: server.agent(),
      ...options,
    });
    const respond = (bytes: number) => {
      const frame = JSON.stringify([{ id: 0, result: '', error: null }]).length;
      server.respond = () => batchResponse([{ result: 'x'.repeat(bytes - frame) }]);
      return clients.get('0')!.batch([{ method: 'uptime' }]);
    };
    await expect(respond(peers * 4_096)).resolves.toHaveLength(1);
    await expect(respond(peers * 4_096 + 1)).rejects.toThrow('more than');
  });
});
