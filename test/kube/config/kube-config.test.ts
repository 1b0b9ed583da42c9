import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKubeConfig } from '../../../kube/config/kube-config.ts';

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
  loadKubeConfig({ flag, env }).cluster.server;

describe('loadKubeConfig', () => {
  test('prefers --kubeconfig to KUBECONFIG', () => {
    const env = { KUBECONFIG: join(folder, 'b') };
    expect(serverOf(join(folder, 'a'), env)).toBe('https://a:6443');
    expect(serverOf(undefined, env)).toBe('https://b:6443');
  });

  test('merges the files of KUBECONFIG with precedence of earlier files', async () => {
    const context = { name: 'a', context: { cluster: 'a', user: 'b' } };
    await writeFile(
      join(folder, 'context'),
      JSON.stringify({ contexts: [context], 'current-context': 'a' }),
    );
    const files = ['context', 'b', 'a'].map((file) => join(folder, file));
    const { cluster, user } = loadKubeConfig({ env: { KUBECONFIG: `:${files.join(':')}` } });
    expect(cluster.server).toBe('https://a:6443');
    expect(user.token).toBe('b');
  });

  test('reads all fields of cluster and user, and resolves relative paths', async () => {
    const text = `
current-context: c
contexts: [{ name: c, context: { cluster: k, user: u } }]
clusters:
  - name: k
    cluster:
      server: https://k
      certificate-authority: pki/ca.crt
      tls-server-name: kubernetes
      proxy-url: socks5://proxy:1080
users:
  - name: u
    user:
      client-certificate: /etc/u.crt
      client-key-data: a2V5
      tokenFile: token
      as: alice
      as-groups: [a, b]
      exec: { command: aws }
`;
    await writeFile(join(folder, 'full'), text);
    expect(loadKubeConfig({ flag: join(folder, 'full'), env: {} })).toEqual({
      cluster: {
        server: 'https://k',
        caFile: join(folder, 'pki/ca.crt'),
        tlsServerName: 'kubernetes',
        skipTlsVerify: false,
        proxyUrl: 'socks5://proxy:1080',
      },
      user: {
        certFile: '/etc/u.crt',
        keyData: 'a2V5',
        tokenFile: join(folder, 'token'),
        impersonate: { user: 'alice', groups: ['a', 'b'] },
        exec: { command: 'aws' },
      },
    });
  });

  test.each([
    ['', 'http://environment:3128'],
    [', proxy-url: http://own:3128', 'http://own:3128'],
  ])('uses the proxy of the environment unless the cluster has one', async (entry, proxyUrl) => {
    const file = join(folder, 'proxied');
    await writeFile(
      file,
      `current-context: c
contexts: [{ name: c, context: { cluster: k } }]
clusters: [{ name: k, cluster: { server: 'https://k'${entry} } }]
`,
    );
    const env = { HTTPS_PROXY: 'http://environment:3128' };
    expect(loadKubeConfig({ flag: file, env }).cluster.proxyUrl).toBe(proxyUrl);
    const direct = loadKubeConfig({ flag: file, env: { ...env, NO_PROXY: 'k' } });
    expect(direct.cluster.proxyUrl).toBe(entry === '' ? undefined : proxyUrl);
  });

  test.each([
    ['missing', /^--kubeconfig: .*missing cannot be used: .*ENOENT/],
    ['broken', /^--kubeconfig: .*broken cannot be used: /],
    ['empty', /^--kubeconfig: .*empty/],
  ])('names a kubeconfig file that is %s', (name, message) => {
    expect(() => loadKubeConfig({ flag: join(folder, name), env: {} })).toThrow(message);
  });

  test('reports a missing ServiceAccount token in a pod', () => {
    expect(() => loadKubeConfig({ env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } })).toThrow(
      'no ServiceAccount token',
    );
  });

  test('lists the sources of a configuration when none is available', () => {
    expect(() => loadKubeConfig({ env: {} })).toThrow(/--kubeconfig FILE.*KUBECONFIG.*pod/);
  });
});
