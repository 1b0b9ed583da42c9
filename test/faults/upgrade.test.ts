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

/** Upgrades from each release to this checkout while networks run. */

const releases = join(import.meta.dirname, 'releases');

/** Seconds; longer than a resync, so that the new controller reconciles every network twice. */
const observationTime = 45;

/** A program that renders the manifests of an installed package, as a user's does. */
const synthProgram = `
import { App, Chart } from 'cdk8s';
import { BitcoinNetworkCrd, ControllerInstall } from 'bitcoin-controller';
const app = new App({ outdir: 'dist', outputFileExtension: '.yaml' });
new BitcoinNetworkCrd(new Chart(app, 'crd'), 'crd');
new ControllerInstall(new Chart(app, 'controller'), 'controller');
app.synth();
`;

/**
 * Installs a release into a project and renders its manifests to the project's dist/.
 *
 * @returns the folder of the package
 */
async function install(release: string, project: string): Promise<string> {
  const path = join(project, 'node_modules/bitcoin-controller');
  await mkdir(path, { recursive: true });
  await execa('tar', ['-xzf', join(releases, release), '-C', path, '--strip-components=1']);
  // The release uses the dependencies of this checkout.
  await symlink(join(checkout, 'node_modules'), join(path, 'node_modules'));
  for (const name of ['cdk8s', 'cdk8s-plus-27', 'constructs']) {
    await symlink(join(checkout, 'node_modules', name), join(project, 'node_modules', name));
  }
  await writeFile(join(project, 'synth.mjs'), synthProgram);
  await execa(process.execPath, ['synth.mjs'], { cwd: project });
  return path;
}

for (const release of readdirSync(releases).filter((name) => name.endsWith('.tgz'))) {
  step(
    `an upgrade from ${release} restarts no pod`,
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
  const credentials = { BC_RPC_USER: 'alice', BC_RPC_PASSWORD: 'in wonderland' };
  await kubectl.applySecret('rpc-credentials', credentials);
  const oldController = await cluster.startController({ build });
  await plain.apply({ nodes: 3 });
  await configured.apply({
    nodes: 2,
    secret: 'rpc-credentials',
    config: { txindex: 1, maxmempool: 50 },
    resources: { requests: { memory: '100Mi' } },
  });
  for (const network of networks) {
    await network.waitForCondition('Ready', 90);
    await network.waitForCondition('PeersConnected', 20);
  }
  await oldController.stop();

  const incarnations = await pods();
  await cluster.install(join(checkout, 'dist'));
  const newController = await cluster.startController();
  await newController.waitUntilReady();
  await consistently(observationTime, async () => {
    expect(await pods()).toEqual(incarnations);
  });
  for (const network of networks) {
    await network.waitForCondition('Ready', 10);
    await network.waitForCondition('PeersConnected', 10);
  }
  await plain.apply({ nodes: 4 });
  await plain.waitForFullMesh(4, 60);
  await eventually(30, async () => {
    const now = await plain.incarnations();
    for (const [pod, incarnation] of incarnations[0]!) expect(now.get(pod)).toEqual(incarnation);
  });
}
