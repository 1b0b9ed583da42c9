import { createInterface } from 'node:readline';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { chartMetadata, chartName } from '../../helm/files/chart-yaml.ts';
import { Playground } from '../../playground/playground.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { packChart } from '../../scripts/pack-chart.ts';
import { checkout } from '../framework/checkout.ts';
import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { eventually } from '../framework/eventually.ts';
import { serveFiles, type FileServer } from '../framework/file-server.ts';
import { buildHelm, Helm, helmBuildLimit, type HelmPrograms } from '../framework/helm.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/**
 * Releases of the chart on a playground of its own, with Helm 3 and Helm 4. Each step continues
 * from the one before it. The network `alice` exists from the first release to the last.
 */
const namespace = 'bitcoin-controller';
const inNamespace = ['--namespace', namespace];
const chart = join(checkout, 'charts', chartName);
const crd = 'bitcoinnetworks.bitcoincontroller.christianb93.github.com';

let programs: HelmPrograms;
let helm3: Helm;
let helm4: Helm;
let folder: string;
let repository: FileServer;
let playground: Playground;
let kubectl: Kubectl;
let controller: ControllerDeployment;
let alice: Network;
let masterKey: string;

beforeAll(async () => {
  programs = await buildHelm();
  folder = await mkdtemp(join(tmpdir(), 'chart-releases-'));
  await packChart(chart, chartMetadata(packageJson.version), join(folder, 'repository'));
  repository = await serveFiles(join(folder, 'repository'));
  const reporter = { info: () => undefined, debug: () => undefined, progress: () => undefined };
  playground = await Playground.start({ state: join(folder, 'state'), port: 0, reporter });
  kubectl = new Kubectl({ program: playground.kubectl, kubeconfig: playground.kubeconfig });
  controller = new ControllerDeployment(kubectl.in(namespace));
  helm3 = await Helm.create(programs.helm3, playground.kubeconfig);
  helm4 = await Helm.create(programs.helm4, playground.kubeconfig);
  alice = new Network(kubectl.in('default'), 'alice');
}, helmBuildLimit);

afterAll(async () => {
  repository.close();
  await playground.stop();
  await helm3.remove();
  await helm4.remove();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

/** Verifies that an action restarts no node of alice. */
async function keepsNodes(action: () => Promise<unknown>): Promise<void> {
  const before = await alice.incarnations();
  expect(before.size).toBeGreaterThan(0);
  await action();
  expect(await alice.incarnations()).toEqual(before);
}

/** Verifies that the installed controller manages alice, by a change of the number of nodes. */
async function expectManaged(): Promise<void> {
  const { spec } = await alice.resource();
  const nodes = spec.nodes === 2 ? 3 : 2;
  await alice.patch({ nodes });
  await alice.waitForStatus({ replicas: nodes, readyNodes: nodes, connectedNodes: nodes }, 60);
}

const masterKeyUid = async () => {
  const secret = await kubectl
    .in(namespace)
    .get<{ metadata: { uid: string } }>('secret', 'bitcoin-controller-key');
  return secret.metadata.uid;
};

const logLevel = async () => {
  const path = '{.spec.template.spec.containers[0].env[?(@.name=="LOG_LEVEL")].value}';
  const get = ['get', 'deployment', 'bitcoin-controller', '-o', `jsonpath=${path}`];
  return kubectl.in(namespace).run(get);
};

/** Upgrades a release, rolls it back and uninstalls it. */
async function upgradeRollbackUninstall(helm: Helm): Promise<void> {
  await keepsNodes(async () => {
    const values = ['--set', 'logLevel=debug', '--set-string', 'commonLabels.team=1'];
    await helm.run('upgrade', chartName, chart, ...inNamespace, ...values, '--wait');
    expect(await logLevel()).toBe('debug');
    await helm.run('rollback', chartName, ...inNamespace, '--wait');
    expect(await logLevel()).toBe('');
  });
  await expectManaged();
  await keepsNodes(() => helm.run('uninstall', chartName, ...inNamespace, '--wait'));
  const { items } = await kubectl
    .in(namespace)
    .get<{ items: object[] }>('deployments,serviceaccounts,roles', '-l', 'app.kubernetes.io/name');
  expect(items).toEqual([]);
  await kubectl.run(['get', 'crd', crd]);
  expect(await masterKeyUid()).toBe(masterKey);
  // The controller lost the permission to release its Lease, which the next one would wait for.
  await kubectl.in(namespace).run(['delete', 'lease', 'bitcoin-controller']);
}

/** Applies dist/ as the README describes. */
async function applyDist(...flags: string[]): Promise<void> {
  await kubectl.run(['apply', '--server-side', ...flags, '-f', join(checkout, 'dist')]);
  await controller.waitForRollout();
}

/** Moves from dist/ to a release, which neither replaces the controller's pod nor any node. */
async function takeOwnership(helm: Helm, ...flags: string[]): Promise<void> {
  const pods = await controller.podNames();
  const install = ['install', chartName, chart, ...inNamespace, '--wait'];
  await expect(helm.run(...install)).rejects.toThrow(/cannot be imported|invalid ownership/);
  await keepsNodes(() => helm.run(...install, '--take-ownership', ...flags));
  expect(await controller.podNames()).toEqual(pods);
}

/** Runs the commands that Helm prints, which create alice and wait for it. */
async function runNotes(notes: string): Promise<void> {
  const [, ...steps] = notes.split(/^\d\. .*$/m);
  expect(steps.length).toBe(3);
  const path = [dirname(playground.kubectl), process.env.PATH].join(delimiter);
  const env = { KUBECONFIG: playground.kubeconfig, PATH: path };
  await execa('bash', ['-euc', steps.join('\n')], { env });
}

step(
  'two commands install the chart from a repository, and its notes create a network',
  async () => {
    await helm4.run('repo', 'add', 'bitcoin', repository.url);
    const notes = await helm4.run(
      ...['install', chartName, `bitcoin/${chartName}`],
      ...[...inNamespace, '--create-namespace', '--wait'],
    );
    await runNotes(notes);
    await alice.waitForStatus({ readyNodes: 3, connectedNodes: 3 }, 10);
    masterKey = await masterKeyUid();
  },
  120,
);

step(
  'with Helm 4, networks survive an upgrade, a rollback and the removal of the chart',
  () => upgradeRollbackUninstall(helm4),
  180,
);

step(
  'Helm 3 takes over an install of dist/ without a restart',
  async () => {
    await applyDist('--force-conflicts');
    await takeOwnership(helm3);
  },
  120,
);

step(
  'with Helm 3, networks survive an upgrade, a rollback and the removal of the chart',
  () => upgradeRollbackUninstall(helm3),
  180,
);

step(
  'Helm 4 takes over an install of dist/ without a restart, and upgrades it',
  async () => {
    await applyDist('--force-conflicts');
    await takeOwnership(helm4, '--server-side=false');
    await upgradeRollbackUninstall(helm4);
  },
  240,
);

step(
  'Helm installs the chart from an OCI registry',
  async () => {
    const server = execa(programs.registry, ['-port', '0'], { buffer: false, reject: false });
    try {
      const port = await registryPort(server.stderr);
      const url = `oci://127.0.0.1:${port}/charts`;
      const archive = join(folder, 'repository', `${chartName}-${packageJson.version}.tgz`);
      await helm4.run('push', archive, url, '--plain-http');
      const install = ['install', chartName, `${url}/${chartName}`, '--plain-http', '--wait'];
      await keepsNodes(() => helm3.run(...install, ...inNamespace));
      await expectManaged();
    } finally {
      server.kill();
    }
  },
  120,
);

async function registryPort(log: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(log)) {
    const port = /serving on port (\d+)/.exec(line)?.[1];
    if (port !== undefined) return port;
  }
  throw new Error('the registry ended');
}

const inTeam = (team: string) => ['--namespace', team, '--create-namespace', '--wait'];

step(
  'Helm refuses a second release that owns the CRD or watches all namespaces',
  async () => {
    const install = ['install', 'second', chart, ...inTeam('team-a')];
    await expect(helm4.run(...install, '--set', 'scope=Namespace')).rejects.toThrow(
      /CustomResourceDefinition .*bitcoinnetworks/,
    );
    await expect(helm4.run(...install, '--set', 'crds.create=false')).rejects.toThrow(
      /ClusterRole .*bitcoin-controller-/,
    );
  },
  60,
);

step(
  'two releases in two namespaces each manage the networks of their namespace',
  async () => {
    await helm3.run('uninstall', chartName, ...inNamespace, '--wait');
    const values = ['--set', 'scope=Namespace,crds.create=false'];
    const teams = [
      ['team-a', helm3],
      ['team-b', helm4],
    ] as const;
    await Promise.all(
      teams.map(async ([team, helm]) => {
        await helm.run('install', chartName, chart, ...inTeam(team), ...values);
        const network = new Network(kubectl.in(team), 'net');
        await network.apply({ nodes: 1 });
        await network.waitForCondition('Ready', 60);
        expect((await network.resource()).status?.controller).toBe(team);
      }),
    );
    const roles = await kubectl.run(['get', 'clusterroles', '-o', 'name']);
    expect(roles).not.toContain('bitcoin-controller');
    for (const [team, helm] of teams) await helm.run('uninstall', chartName, '--namespace', team);
  },
  120,
);

step(
  'without crds.keep, the removal of the chart deletes all networks',
  async () => {
    const install = ['install', chartName, chart, ...inNamespace, '--wait'];
    await keepsNodes(() => helm4.run(...install, '--set', 'crds.keep=false'));
    await helm4.run('uninstall', chartName, ...inNamespace);
    await eventually(60, async () => {
      await expect(kubectl.run(['get', 'crd', crd])).rejects.toThrow('NotFound');
      expect(await alice.pods()).toEqual([]);
    });
  },
  120,
);
