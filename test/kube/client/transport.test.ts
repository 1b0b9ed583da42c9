import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { KubeClient } from '../../../kube/client/client.ts';
import { isUnauthorized, LeadershipLostError } from '../../../kube/api/errors.ts';
import type { User } from '../../../kube/config/kube-config.ts';
import { FakeApiServer } from '../fake-api-server.ts';
import { FakeClock } from '../fake-clock.ts';
import { RecordingMetrics } from '../recording-metrics.ts';
import { configMaps } from '../resources.ts';
import { waitFor } from '../wait-for.ts';

const key = { namespace: 'default', name: 'a' };

let server: FakeApiServer;
let clock: FakeClock;
let client: KubeClient | undefined;
let folder: string;

beforeEach(async () => {
  server = await FakeApiServer.start();
  server.put('a', '1');
  clock = new FakeClock();
  folder = await mkdtemp(join(tmpdir(), 'transport-'));
});

afterEach(async () => {
  await client?.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

/** Returns a client of the fake server for a user. */
function connect(user: User): KubeClient {
  const { cluster } = server.kubeConfig();
  client = KubeClient.fromKubeConfig({ cluster, user }, { userAgent: 'test', clock });
  return client;
}

const sentCredentials = () => server.requests.map(({ headers }) => headers.authorization);

describe('KubeConfigTransport', () => {
  test('sends a user name and password as basic authentication', async () => {
    await connect({ username: 'u', password: 'p' }).get(configMaps, key);
    expect(sentCredentials()).toEqual([`Basic ${btoa('u:p')}`]);
  });

  test('counts each request by its status, method and host', async () => {
    const metrics = new RecordingMetrics();
    const { cluster } = server.kubeConfig();
    const options = { userAgent: 'test', clock, metrics };
    client = KubeClient.fromKubeConfig({ cluster, user: { token: 't' } }, options);
    const { host } = new URL(cluster.server);
    await client.get(configMaps, key);
    await client.get(configMaps, { ...key, name: 'absent' }).catch(() => undefined);
    await server.stop();
    await client.delete(configMaps, key).catch(() => undefined);
    expect(metrics.events).toEqual([
      `GET ${host} 200`,
      `GET ${host} 404`,
      `DELETE ${host} <error>`,
    ]);
    server = await FakeApiServer.start();
  });

  test('does not count a write that the guard rejects', async () => {
    const metrics = new RecordingMetrics();
    const options = { userAgent: 'test', clock, metrics };
    client = KubeClient.fromKubeConfig(server.kubeConfig(), options);
    const guarded = client.withGuard(() => {
      throw new LeadershipLostError('lost');
    });
    await expect(guarded.delete(configMaps, key)).rejects.toThrow('lost');
    expect(metrics.events).toEqual([]);
  });

  test('sends impersonation headers', async () => {
    const impersonate = { user: 'alice', uid: '7', groups: ['a', 'b'] };
    await connect({ token: 't', impersonate }).get(configMaps, key);
    expect(server.requests[0]!.headers).toMatchObject({
      'impersonate-user': 'alice',
      'impersonate-uid': '7',
      'impersonate-group': 'a, b',
    });
  });

  test('runs an exec plugin again after its credential has expired', async () => {
    const command = join(folder, 'plugin');
    const expirationTimestamp = new Date(Date.now() - 1000).toISOString();
    const credential = (token: string) =>
      JSON.stringify({ kind: 'ExecCredential', status: { token, expirationTimestamp } });
    await writeFile(command, `#!/bin/sh\necho '${credential('one')}'\n`);
    await chmod(command, 0o755);
    const api = connect({ exec: { command, apiVersion: 'client.authentication.k8s.io/v1' } });
    await api.get(configMaps, key);
    await writeFile(command, `#!/bin/sh\necho '${credential('two')}'\n`);
    await api.get(configMaps, key);
    await clock.advance(10_000);
    await api.get(configMaps, key);
    expect(sentCredentials()).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
  });

  test('reads a rotated token file after the API server rejects the old token', async () => {
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, 'one\n');
    const api = connect({ tokenFile });
    await api.get(configMaps, key);
    await writeFile(tokenFile, 'two\n');
    server.fail('other', { kind: 'status', code: 401, reason: 'Unauthorized' });
    expect(await api.get(configMaps, key)).toMatchObject({ data: '1' });
    expect(sentCredentials()).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
  });

  test('throws a 401 when no other credentials are available', async () => {
    server.fail('other', { kind: 'status', code: 401, reason: 'Unauthorized' });
    const api = connect({ token: 't' });
    expect(isUnauthorized(await api.get(configMaps, key).catch((e: unknown) => e))).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test('reports that no credentials are available, and loads them again for the next request', async () => {
    const tokenFile = join(folder, 'token');
    const api = connect({ tokenFile });
    await expect(api.get(configMaps, key)).rejects.toThrow(
      /failed to load the credentials .*ENOENT/,
    );
    await writeFile(tokenFile, 'late');
    await api.get(configMaps, key);
    expect(sentCredentials()).toEqual(['Bearer late']);
  });

  test('rejects an http URL unless skipTlsVerify is set', () => {
    const { cluster, user } = server.kubeConfig();
    const kubeConfig = { cluster: { server: cluster.server }, user };
    expect(() => KubeClient.fromKubeConfig(kubeConfig, { userAgent: 'x' })).toThrow('https');
  });
});

test('KubeClient opens at most maxConnections connections, including those of watches', async () => {
  const options = { userAgent: 'test', maxConnections: 1 };
  client = KubeClient.fromKubeConfig(server.kubeConfig(), options);
  const stop = new AbortController();
  const watch = client.watch(configMaps, { resourceVersion: '1', signal: stop.signal });
  const ended = watch.next().catch((error: unknown) => error);
  await waitFor('the watch is open', () => server.requests.length === 1);
  const waiting = client.get(configMaps, key);
  const first = await Promise.race([waiting, sleep(100, 'waiting')]);
  expect(first).toBe('waiting');
  stop.abort(new Error('the watch ends'));
  await ended;
  expect((await waiting).metadata.name).toBe('a');
});

test('fails a request that is answered with a protocol switch', async () => {
  const switching = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => switching.listen(0, '127.0.0.1', resolve));
  const { port } = switching.address() as AddressInfo;
  const cluster = { server: `http://127.0.0.1:${port}`, skipTlsVerify: true };
  client = KubeClient.fromKubeConfig({ cluster, user: {} }, { userAgent: 'test' });
  const failure = client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: key });
  await expect(failure).rejects.toThrow('the server switches protocols');
  await new Promise((resolve) => switching.close(resolve));
});
