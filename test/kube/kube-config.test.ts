import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKubeConfig } from '../../kube/kube-config.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kube-config-'));
  for (const name of ['a', 'b']) {
    const config = {
      clusters: [{ name, cluster: { server: `https://${name}:6443` } }],
      users: [{ name, user: { token: name } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    };
    await writeFile(join(folder, name), JSON.stringify(config));
  }
  await writeFile(join(folder, 'broken'), 'clusters: [');
  await writeFile(join(folder, 'empty'), '{}');
});

afterAll(() => rm(folder, { recursive: true }));

const serverOf = (flag: string | undefined, env: Record<string, string>) =>
  loadKubeConfig({ flag, env }).getCurrentCluster()!.server;

describe('loadKubeConfig', () => {
  test('prefers the flag to KUBECONFIG', () => {
    const env = { KUBECONFIG: join(folder, 'b') };
    expect(serverOf(join(folder, 'a'), env)).toBe('https://a:6443');
    expect(serverOf(undefined, env)).toBe('https://b:6443');
  });

  test('merges the files of KUBECONFIG; the first says the current context', () => {
    const env = { KUBECONFIG: `:${join(folder, 'a')}:${join(folder, 'b')}` };
    const kubeConfig = loadKubeConfig({ env });
    expect(kubeConfig.getCurrentContext()).toBe('a');
    expect(kubeConfig.getClusters().map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test.each([
    ['missing', /^--kubeconfig: .*missing cannot be used: .*ENOENT/],
    ['broken', /^--kubeconfig: .*broken cannot be used: /],
    ['empty', /^--kubeconfig: .*empty/],
  ])('names the file that cannot be used: %s', (name, message) => {
    expect(() => loadKubeConfig({ flag: join(folder, name), env: {} })).toThrow(message);
  });

  test('says what a pod lacks', () => {
    expect(() => loadKubeConfig({ env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } })).toThrow(
      'no ServiceAccount token',
    );
  });

  test('names the ways to a cluster when there is none', () => {
    expect(() => loadKubeConfig({ env: {} })).toThrow(/--kubeconfig FILE.*KUBECONFIG.*pod/);
  });
});
