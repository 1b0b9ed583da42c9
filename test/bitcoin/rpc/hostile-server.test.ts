import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { RpcAgent } from '../../../bitcoin/rpc/agent.ts';
import { RpcClient } from '../../../bitcoin/rpc/client.ts';
import { RpcError } from '../../../bitcoin/rpc/error.ts';
import { waitFor } from '../../kube/wait-for.ts';

/*
 * spec.image belongs to the tenant, so an RPC server may send anything. Every call settles within
 * its timeout, and memory stays bounded.
 */
const timeout = 300;
const maxResponseBytes = 100_000;

describe('RpcClient with a hostile server', () => {
  let server: Server;
  let agent: RpcAgent;
  let serve: (socket: Socket) => void;
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    agent = new RpcAgent();
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => {
        serve(socket);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    agent.destroy();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Returns how a call fails, and after how many milliseconds. */
  async function failedCall() {
    const { port } = server.address() as AddressInfo;
    const credentials = { user: 'u', password: 'p' };
    const address = `127.0.0.1:${port}`;
    const client = new RpcClient({ address, credentials, agent, timeout, maxResponseBytes });
    const start = performance.now();
    const error: unknown = await client.call('getblockcount').catch((reason: unknown) => reason);
    return { error, milliseconds: performance.now() - start };
  }

  /** Writes a chunk again and again until the connection closes. */
  const repeat = (head: string, chunk: string) => (socket: Socket) => {
    socket.write(head);
    const timer = setInterval(() => socket.write(chunk), 1);
    socket.on('close', () => {
      clearInterval(timer);
    });
  };
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

  test.each<[string, string, (socket: Socket) => void]>([
    ['nothing', 'timeout', () => undefined],
    ['a closed connection', 'unreachable', (socket) => socket.destroy()],
    [
      'HTTP 101',
      'unreachable',
      (socket) =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
        ),
    ],
    ['HTTP 101 without an upgrade', 'malformed', (socket) => socket.end('HTTP/1.1 101 X\r\n\r\n')],
    ['HTTP 103 without end', 'timeout', repeat('', 'HTTP/1.1 103 Early Hints\r\n\r\n')],
    ['headers without end', 'unreachable', repeat(head, `x: ${'y'.repeat(1000)}\r\n`)],
    ['a slow header', 'timeout', repeat(`${head}x: `, 'y')],
    ['a body without end', 'malformed', repeat(`${head}\r\n`, 'z'.repeat(10_000))],
    [
      'chunks without end',
      'malformed',
      repeat(`${head}transfer-encoding: chunked\r\n\r\n`, `2710\r\n${'z'.repeat(10_000)}\r\n`),
    ],
    ['a slow body', 'timeout', repeat(`${head}content-length: 9999\r\n\r\n`, ' ')],
    [
      'a truncated body',
      'unreachable',
      (socket) => socket.end(`${head}content-length: 99\r\n\r\n[`),
    ],
    ['text', 'malformed', (socket) => socket.end(`${head}\r\nhello`)],
    ['null', 'malformed', (socket) => socket.end(`${head}\r\nnull`)],
    ['a batch of null', 'malformed', (socket) => socket.end(`${head}\r\n[null]`)],
    [
      'an error of the wrong type',
      'refused',
      (socket) => socket.end(`${head}\r\n[{"id":0,"error":7}]`),
    ],
  ])('fails a call that is answered with %s within its timeout', async (_, failure, answer) => {
    serve = answer;
    const { error, milliseconds } = await failedCall();
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject({ failure });
    expect(milliseconds).toBeLessThan(timeout + 500);
  });

  test('counts the bytes of a response until it is complete or fails', async () => {
    const changes: (number | string)[] = [];
    agent.responses.open = (tenant) => ({
      add: (bytes) => changes.push(tenant, bytes) > 0,
      close: () => changes.push('close'),
    });
    const body = '[{"id":0,"result":7}]';
    const end = (socket: Socket) => void socket.end(`${head}\r\n${body}`);
    const stop = (socket: Socket) => void socket.write(`${head}content-length: 999\r\n\r\n${body}`);
    for (const answer of [end, stop]) {
      serve = answer;
      await failedCall();
      await waitFor('the connection is closed', () => changes.at(-1) === 'close');
      expect(changes.splice(0)).toEqual(['', body.length, 'close']);
    }
  });

  test('fails a large response when the responses of all nodes have too many bytes', async () => {
    const result = 'z'.repeat(90_000);
    serve = (socket) => socket.end(`${head}\r\n${JSON.stringify([{ id: 0, result }])}`);
    const others = Array.from({ length: 255 }, (_, index) =>
      agent.responses.open(`tenant-${index}`, () => undefined),
    );
    for (const other of others) other.add(1 << 16);
    expect((await failedCall()).error).toMatchObject({ failure: 'malformed' });
    for (const other of others) other.close();
    expect(String((await failedCall()).error)).toHaveLength(result.length);
  });

  test('settles a call within its timeout, whatever bytes the server sends', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string().map((text) => Buffer.from(`${head}\r\n${text}`)),
      fc.json().map((text) => Buffer.from(`${head}\r\n${text}`)),
      fc
        .integer({ min: 100, max: 999 })
        .map((status) => Buffer.from(`HTTP/1.1 ${status} X\r\n\r\n`)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.boolean(), async (content, ends) => {
        serve = (socket) => (ends ? socket.end(content) : socket.write(content));
        const { error, milliseconds } = await failedCall();
        if (error instanceof Error) expect(error).toBeInstanceOf(RpcError);
        expect(milliseconds).toBeLessThan(timeout + 500);
      }),
      { numRuns: 30 },
    );
  }, 60_000);

  test('cuts the error message of a node', async () => {
    const message = 'm'.repeat(50_000);
    serve = (socket) =>
      socket.end(`${head}\r\n${JSON.stringify([{ id: 0, error: { code: -1, message } }])}`);
    const { error } = await failedCall();
    expect((error as RpcError).message.length).toBeLessThan(600);
  });
});
