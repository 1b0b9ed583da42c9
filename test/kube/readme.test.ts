import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lease } from '../../kube/leader-election/lease-lock.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { waitFor } from './wait-for.ts';

const kube = new URL('../../kube/', import.meta.url);

/** Returns the code of kube/README.md with absolute imports. */
async function readmeCode(): Promise<string> {
  const readme = await readFile(new URL('README.md', kube), 'utf8');
  const code = /```ts\n(.*?)```/s.exec(readme)![1]!;
  return code
    .replace("'./index.ts'", `'${new URL('index.ts', kube).href}'`)
    .replace("'pino'", `'${import.meta.resolve('pino')}'`);
}

test('the controller of kube/README.md runs, and has about thirty lines', async () => {
  const server = await FakeApiServer.start();
  const folder = await mkdtemp(join(tmpdir(), 'readme-'));
  const { cluster, user } = server.kubeConfig();
  const kubeConfig = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [
      { name: 'c', cluster: { server: cluster.server, 'insecure-skip-tls-verify': true } },
    ],
    users: [{ name: 'u', user: { token: user.token } }],
  };
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(kubeConfig));
  const code = await readmeCode();
  expect(code.trim().split('\n').length).toBeLessThanOrEqual(32);
  await writeFile(join(folder, 'controller.mts'), code);
  server.put('a', '1', { labels: { mirror: 'true' } });
  server.put('b', '1');

  const controller = spawn(process.execPath, [join(folder, 'controller.mts')], {
    env: { ...process.env, KUBECONFIG: join(folder, 'kubeconfig'), HEALTH_PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(controller, 'exit');
  try {
    const applied = () => server.requests.filter(({ method }) => method === 'PATCH');
    await waitFor('the mirror is applied', () => applied().length === 1);
    const [{ path, query, body }] = applied() as [(typeof server.requests)[number]];
    expect(path).toBe('/base/api/v1/namespaces/default/configmaps/a-mirror');
    expect(query).toMatchObject({ fieldManager: 'mirror', force: 'true' });
    expect(JSON.parse(body)).toMatchObject({
      metadata: { name: 'a-mirror', ownerReferences: [{ name: 'a', uid: 'uid-0' }] },
      data: '1',
    });
    server.put('a', '2', { labels: { mirror: 'true' } });
    await waitFor('the change is applied', () => applied().length === 2);

    controller.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    const leases = server.requests
      .filter(({ path: at, method }) => at.includes('/leases') && method !== 'GET')
      .map(({ body: lease }) => (JSON.parse(lease) as Lease).spec!.holderIdentity);
    expect(leases[0]).not.toBe('');
    expect(leases.at(-1)).toBe('');
  } finally {
    controller.kill('SIGKILL');
    await server.stop();
    await rm(folder, { recursive: true });
  }
});
