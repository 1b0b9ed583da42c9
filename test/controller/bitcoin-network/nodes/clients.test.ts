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

  const clientsOf = (...nodes: ReturnType<typeof node>[]) =>
    nodeClients(nodes, { user: 'controller', password: 'secret' }, { agent: server.agent() });

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
});
