import { readdirSync } from 'node:fs';
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { checkout } from '../framework/checkout.ts';
import { Cluster } from '../framework/cluster.ts';
import { consistently, eventually } from '../framework/eventually.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** Manifests and controller of each release, with networks running, are replaced by this checkout's. */

const releases = join(import.meta.dirname, 'releases');

/** Longer than a resync, in which the new controller looks at every network twice. */
const watchFor = 45;

/** Renders what a package installs, as its user does. */
const synthesis = `
import { App, Chart } from 'cdk8s';
import { BitcoinNetworkCrd, ControllerInstall } from 'bitcoin-controller';
const app = new App({ outdir: 'dist', outputFileExtension: '.yaml' });
new BitcoinNetworkCrd(new Chart(app, 'crd'), 'crd');
new ControllerInstall(new Chart(app, 'controller'), 'controller');
app.synth();
`;

/** A project with a release installed, which has its manifests in dist/. */
async function install(release: string, project: string): Promise<string> {
  const path = join(project, 'node_modules/bitcoin-controller');
  await mkdir(path, { recursive: true });
  await execa('tar', ['-xzf', join(releases, release), '-C', path, '--strip-components=1']);
  // Its dependencies are this checkout's.
  await symlink(join(checkout, 'node_modules'), join(path, 'node_modules'));
  for (const name of ['cdk8s', 'cdk8s-plus-27', 'constructs']) {
    await symlink(join(checkout, 'node_modules', name), join(project, 'node_modules', name));
  }
  await writeFile(join(project, 'synth.mjs'), synthesis);
  await execa(process.execPath, ['synth.mjs'], { cwd: project });
  return path;
}

for (const release of readdirSync(releases).filter((name) => name.endsWith('.tgz'))) {
  step(
    `from ${release}`,
    async () => {
      const project = await mkdtemp(join(tmpdir(), 'release-'));
      const build = join(await install(release, project), 'build');
      const cluster = await Cluster.start({ dist: join(project, 'dist') });
      try {
        await upgrade(cluster, build);
      } finally {
        await cluster.stop();
        await rm(project, { recursive: true });
      }
    },
    400,
  );
}

async function upgrade(cluster: Cluster, build: string): Promise<void> {
  const { kubectl } = cluster;
  const networks = ['plain', 'configured'].map((name) => new Network(kubectl, name));
  const [plain, configured] = networks as [Network, Network];
  const pods = () => Promise.all(networks.map((network) => network.incarnations()));
  const login = { BC_RPC_USER: 'alice', BC_RPC_PASSWORD: 'in wonderland' };
  await kubectl.applySecret('login', login);
  const before = await cluster.startController({ build });
  await plain.apply({ nodes: 3 });
  await configured.apply({
    nodes: 2,
    secret: 'login',
    config: { txindex: 1, maxmempool: 50 },
    resources: { requests: { memory: '100Mi' } },
  });
  for (const network of networks) {
    await network.waitForCondition('Ready', 90);
    await network.waitForCondition('PeersConnected', 20);
  }
  await before.stop();

  const seen = await pods();
  await cluster.install(join(checkout, 'dist'));
  const after = await cluster.startController();
  await after.waitUntilReady();
  await consistently(watchFor, async () => {
    expect(await pods()).toEqual(seen);
  });
  for (const network of networks) {
    await network.waitForCondition('Ready', 10);
    await network.waitForCondition('PeersConnected', 10);
  }
  await plain.apply({ nodes: 4 });
  await plain.waitForFullMesh(4, 60);
  await eventually(30, async () => {
    const now = await plain.incarnations();
    for (const [pod, incarnation] of seen[0]!) expect(now.get(pod)).toEqual(incarnation);
  });
}
