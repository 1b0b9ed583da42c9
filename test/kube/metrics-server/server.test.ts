import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveMetrics, type MetricsServerOptions } from '../../../kube/metrics-server/server.ts';
import type { ListeningServer } from '../../../kube/runtime/listen.ts';
import { RecordingLogger } from '../recording-logger.ts';
import { waitFor } from '../wait-for.ts';

const contentType = 'text/plain; version=0.0.4; charset=utf-8';

let server: ListeningServer | undefined;
const log = new RecordingLogger();

async function start(options: Partial<MetricsServerOptions> = {}): Promise<ListeningServer> {
  const render = () => Promise.resolve('up 1\n');
  server = await serveMetrics({ host: '127.0.0.1', port: 0, log, contentType, render, ...options });
  return server;
}

const get = (path = '/metrics', init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${server!.port}${path}`, init);

afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe('serveMetrics', () => {
  test('returns the metrics with their content type', async () => {
    await start();
    const response = await get('/metrics?x=1');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(await response.text()).toBe('up 1\n');
  });

  test('returns 404 for other paths and 405 for other methods', async () => {
    await start();
    expect((await get('/')).status).toBe(404);
    expect((await get('/metrics', { method: 'POST', body: 'x' })).status).toBe(405);
  });

  test('returns 500 without the error, and logs it, when metrics cannot be collected', async () => {
    await start({ render: () => Promise.reject(new Error('secret')) });
    const response = await get();
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(log.at('warn')).toHaveLength(1);
  });

  test.each([401, 403, 429, 500])(
    'renders nothing when the authorizer answers %d',
    async (status) => {
      let renders = 0;
      const render = () => Promise.resolve(String(++renders));
      await start({ render, authorizer: { review: () => Promise.resolve(status) } });
      const response = await get();
      expect(response.status).toBe(status);
      expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
      expect(renders).toBe(0);
    },
  );

  test('passes the header Authorization to the authorizer', async () => {
    const headers: (string | undefined)[] = [];
    const review = (header: string | undefined) => {
      headers.push(header);
      return Promise.resolve(200);
    };
    await start({ authorizer: { review } });
    expect((await get('/metrics', { headers: { authorization: 'Bearer t' } })).status).toBe(200);
    await get();
    expect(headers).toEqual(['Bearer t', undefined]);
  });

  test('processes 4 requests at the same time, and returns 503 for others', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    let renders = 0;
    await start({
      render: () => {
        renders++;
        return promise;
      },
    });
    const accepted = [1, 2, 3, 4].map(() => get());
    await waitFor('4 requests are processed', () => renders === 4);
    expect((await get()).status).toBe(503);
    resolve('up 1\n');
    for (const response of await Promise.all(accepted)) {
      expect(response.status).toBe(200);
      await response.text();
    }
    expect((await get()).status).toBe(200);
  });

  test('disconnects a client that does not read the response in time', async () => {
    const size = 32 << 20;
    await start({ render: () => Promise.resolve('x'.repeat(size)), timeout: 300 });
    const socket = connect(server!.port, '127.0.0.1');
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.pause();
    socket.write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n');
    await sleep(600);
    // The server freed its place although the client never read.
    expect((await get('/')).status).toBe(404);
    let received = 0;
    socket.on('data', (chunk) => (received += chunk.length));
    socket.resume();
    await closed;
    expect(received).toBeLessThan(size);
  });

  test('disconnects a client whose authorization takes too long, and serves the next one', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    await start({ authorizer: { review: () => promise }, timeout: 100 });
    await expect(get()).rejects.toThrow();
    resolve(200);
    await sleep(10);
    expect((await get()).status).toBe(200);
  });

  test('rejects with the error of a port that is in use', async () => {
    const { port } = await start();
    await expect(
      serveMetrics({
        host: '127.0.0.1',
        port,
        log,
        contentType,
        render: () => Promise.resolve(''),
      }),
    ).rejects.toThrow('EADDRINUSE');
  });
});
