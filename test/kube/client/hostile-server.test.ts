import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { ApiError, ConnectionError, ResponseTooLargeError } from '../../../kube/api/errors.ts';
import { KubeClient } from '../../../kube/client/client.ts';
import { configMaps } from '../resources.ts';
import { TcpServer } from './tcp-server.ts';

/*
 * An API server may be broken, and a proxy or load balancer before it may send anything. Every call
 * settles within its timeout, and memory stays bounded.
 */
const timeout = 150;
const key = { namespace: 'default', name: 'a' };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: key };

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const connected = 'HTTP/1.1 200 Connection established\r\n\r\n';

/** Sends bytes again and again until the connection closes. */
const repeat = (start: string, chunk: string) => (socket: Socket) => {
  socket.write(start);
  const timer = setInterval(() => socket.write(chunk), 1);
  socket.on('close', () => {
    clearInterval(timer);
  });
};

type Serve = (socket: Socket) => void;

const answers: [string, Serve][] = [
  ['nothing', () => undefined],
  ['a closed connection', (socket) => socket.destroy()],
  ['a reset connection', (socket) => socket.resetAndDestroy()],
  [
    'HTTP 101',
    (socket) => socket.write('HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  ],
  ['HTTP 101 without an upgrade', (socket) => socket.write('HTTP/1.1 101 X\r\n\r\n')],
  ['HTTP 100 without end', repeat('', 'HTTP/1.1 100 Continue\r\n\r\n')],
  ['HTTP 103 without end', repeat('', 'HTTP/1.1 103 Early Hints\r\n\r\n')],
  ['a redirect', (socket) => socket.write('HTTP/1.1 302 X\r\nlocation: /\r\n\r\n')],
  ['204', (socket) => socket.write('HTTP/1.1 204 X\r\n\r\n')],
  ['401 without end', repeat('HTTP/1.1 401 X\r\n\r\n', 'z'.repeat(10_000))],
  ['503 without end', repeat('HTTP/1.1 503 X\r\n\r\n', 'z'.repeat(10_000))],
  ['503 and a long delay', (socket) => socket.end('HTTP/1.1 503 X\r\nretry-after: 3600\r\n\r\n')],
  ['503 and a delay', (socket) => socket.end('HTTP/1.1 503 X\r\nretry-after: 5\r\n\r\n')],
  ['429', (socket) => socket.end('HTTP/1.1 429 X\r\n\r\n')],
  ['headers without end', repeat(head, `x: ${'y'.repeat(1000)}\r\n`)],
  ['a slow header', repeat(`${head}x: `, 'y')],
  ['a slow body', repeat(`${head}content-length: 9999\r\n\r\n`, ' ')],
  ['a slow body without length', repeat(`${head}\r\n`, ' ')],
  ['slow chunks', repeat(`${head}transfer-encoding: chunked\r\n\r\n`, '1\r\n \r\n')],
  [
    'trailers without end',
    repeat(
      `${head}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`,
      `x: ${'y'.repeat(100)}\r\n`,
    ),
  ],
  ['half a body', (socket) => socket.end(`${head}content-length: 99\r\n\r\n{`)],
  ['half a chunk', (socket) => socket.end(`${head}transfer-encoding: chunked\r\n\r\n9\r\n{`)],
  ['an HTML page', (socket) => socket.end(`${head}\r\n<h1>Sign in</h1>`)],
  ['null', (socket) => socket.end(`${head}\r\nnull`)],
  [
    'compressed JSON',
    (socket) =>
      socket.end(
        Buffer.concat([Buffer.from(`${head}content-encoding: gzip\r\n\r\n`), gzipSync('{}')]),
      ),
  ],
  ['two responses', (socket) => socket.end(`${head}content-length: 1\r\n\r\n{${head}\r\n{}`)],
];

let server: TcpServer;
let client: KubeClient;

afterEach(async () => {
  await client.close();
  await server.stop();
});

/** Returns a client whose requests reach the server directly or through it as a proxy. */
function connect(proxy: 'no proxy' | 'an HTTP proxy' | 'a SOCKS5 proxy'): KubeClient {
  const proxyUrl = {
    'no proxy': undefined,
    'an HTTP proxy': `http://${server.address}`,
    'a SOCKS5 proxy': `socks5://${server.address}`,
  }[proxy];
  const url = proxyUrl === undefined ? `http://${server.address}` : 'http://api.example.com';
  const cluster = { server: url, skipTlsVerify: true, proxyUrl };
  const user = { token: 't' };
  return KubeClient.fromKubeConfig(
    { cluster, user },
    { userAgent: 'test', requestTimeout: timeout },
  );
}

const calls: Record<string, (client: KubeClient) => Promise<unknown>> = {
  get: (client) => client.get(configMaps, key),
  list: (client) => client.list(configMaps, { maxBytes: 1000 }),
  create: (client) => client.create(configMaps, configMap),
  'guarded create': (client) => client.withGuard(() => undefined).create(configMaps, configMap),
};

/** Expects that a call fails with an error of the client within its timeout. */
async function expectFailure(call: (client: KubeClient) => Promise<unknown>): Promise<void> {
  const start = performance.now();
  const error: unknown = await call(client).catch((reason: unknown) => reason);
  expect(performance.now() - start).toBeLessThan(timeout + 500);
  const types = [ConnectionError, ApiError, ResponseTooLargeError];
  expect(types.some((type) => error instanceof type) ? 'expected' : error).toBe('expected');
}

describe.each(['no proxy', 'an HTTP proxy', 'a SOCKS5 proxy'] as const)(
  'KubeClient with a hostile server and %s',
  (proxy) => {
    beforeEach(async () => {
      server = await TcpServer.start();
      client = connect(proxy);
    });

    test.each(answers)('fails calls that are answered with %s in time', async (_, serve) => {
      server.serve = serve;
      await Promise.all(Object.values(calls).map(expectFailure));
    });
  },
);

describe('KubeClient with a hostile server', () => {
  beforeEach(async () => {
    server = await TcpServer.start();
    client = connect('no proxy');
  });

  test('settles every call in time, whatever bytes the server sends', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string().map((text) => Buffer.from(`${head}\r\n${text}`)),
      fc.json().map((text) => Buffer.from(`${head}\r\n${text}`)),
      fc
        .tuple(fc.integer({ min: 100, max: 999 }), fc.string())
        .map(([status, text]) =>
          Buffer.from(`HTTP/1.1 ${status} X\r\nretry-after: 1\r\n\r\n${text}`),
        ),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.boolean(), async (content, ends) => {
        server.serve = (socket) => (ends ? socket.end(content) : socket.write(content));
        const start = performance.now();
        await Promise.allSettled(Object.values(calls).map((call) => call(client)));
        expect(performance.now() - start).toBeLessThan(timeout + 500);
      }),
      { numRuns: 20 },
    );
  }, 60_000);

  test('stops reading a response that exceeds its limit', async () => {
    server.serve = repeat(`${head}\r\n`, ' '.repeat(100_000));
    const error: unknown = await client
      .list(configMaps, { maxBytes: 1000 })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResponseTooLargeError);
  });

  test('ends a watch that sends an event without end', async () => {
    server.serve = repeat(`${head}\r\n`, 'z'.repeat(1 << 20));
    const watch = client.watch(configMaps, { resourceVersion: '1' });
    await expect(watch.next()).rejects.toThrow('an event of the watch has no end');
  }, 30_000);

  test.each(['null', '7', '"x"', '{}', '{"type":"ERROR"}', '{"type":"ERROR","object":7}'])(
    'ends a watch that sends %s, or leaves it to its consumer',
    async (line) => {
      server.serve = (socket) => socket.end(`${head}\r\n${line}\n`);
      const watch = client.watch(configMaps, { resourceVersion: '1' });
      const [outcome] = await Promise.allSettled([watch.next()]);
      if (outcome.status === 'rejected') {
        expect([ConnectionError, ApiError]).toContain((outcome.reason as Error).constructor);
      }
    },
  );
});

test('fails a request whose credentials cannot be loaded in time', async () => {
  server = await TcpServer.start();
  const transport = {
    send: () => new Promise<never>(() => undefined),
    close: () => Promise.resolve(),
  };
  client = new KubeClient(transport, { userAgent: 'test', requestTimeout: timeout });
  await expectFailure(calls.get!);
});

test('a proxy that answers no CONNECT blocks no later request', async () => {
  server = await TcpServer.start();
  const cluster = { server: 'https://api.example.com', proxyUrl: `http://${server.address}` };
  const options = { userAgent: 'test', requestTimeout: timeout, maxConnections: 1 };
  client = KubeClient.fromKubeConfig({ cluster, user: {} }, options);
  await expectFailure(calls.get!);
  await expectFailure(calls['guarded create']!);
  expect(server.requests[0]).toMatch(/^CONNECT api\.example\.com:443 /);
});

test.each([
  ['closes the tunnel', (socket: Socket) => socket.destroy()],
  ['refuses the tunnel', (socket: Socket) => socket.end('HTTP/1.1 403 X\r\n\r\n')],
  ['demands a login', (socket: Socket) => socket.end('HTTP/1.1 407 X\r\n\r\n')],
  ['sends no TLS', (socket: Socket) => socket.write(`${connected}hello`)],
  ['opens the tunnel and is silent', (socket: Socket) => socket.write(connected)],
  [
    'switches protocols',
    (socket: Socket) => socket.write('HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  ],
])('fails a request in time through a proxy that %s', async (_, serve) => {
  server = await TcpServer.start();
  server.serve = serve;
  const cluster = { server: 'https://api.example.com', proxyUrl: `http://${server.address}` };
  const options = { userAgent: 'test', requestTimeout: timeout };
  client = KubeClient.fromKubeConfig({ cluster, user: {} }, options);
  await Promise.all(Object.values(calls).map(expectFailure));
});

test('a proxy that does not answer delays a write only until its guard fails', async () => {
  server = await TcpServer.start();
  const cluster = {
    server: 'http://api.example.com',
    skipTlsVerify: true,
    proxyUrl: `http://${server.address}`,
  };
  client = KubeClient.fromKubeConfig({ cluster, user: {} }, { userAgent: 'test' });
  const guarded = client.withGuard(() => {
    throw new ConnectionError('not the leader');
  });
  await expect(guarded.create(configMaps, configMap)).rejects.toThrow('not the leader');
  expect(server.requests).toEqual([]);
});
