import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { KubeClient, loadKubeConfig, type KubeObject } from '../../kube/index.ts';
import { checkout, Playground } from '../../playground/playground.ts';
import { Kubectl } from './kubectl.ts';
import { AuditLog, auditFlags } from './audit-log.ts';
import { ControllerProcess, type ControllerProcessOptions } from './controller-process.ts';

/** Where the networks are. */
export const namespace = 'rig';

const account = { namespace: 'bitcoin-controller', name: 'bitcoin-controller-sva' };

/** The controller as the API server knows it. */
export const controllerUser = `system:serviceaccount:${account.namespace}:${account.name}`;

/**
 * A playground of its own with what dist/ installs, except that the controller
 * is a process of this one, which starts, measures and stops it. It has the
 * rights of its ServiceAccount.
 */
export class Cluster {
  readonly playground: Playground;
  /** The administrator's. */
  readonly client: KubeClient;
  readonly audit: AuditLog;
  readonly #folder: string;
  readonly #controllers: ControllerProcess[] = [];

  private constructor(playground: Playground, folder: string) {
    this.playground = playground;
    this.#folder = folder;
    this.audit = new AuditLog(folder);
    const kubeConfig = loadKubeConfig({ flag: playground.kubeconfig });
    this.client = KubeClient.fromKubeConfig(kubeConfig, { userAgent: 'rig' });
  }

  /** Runs something on a new cluster, which is gone afterwards. */
  static async use(run: (cluster: Cluster) => Promise<void>): Promise<void> {
    const cluster = await Cluster.start();
    try {
      await Promise.race([run(cluster), cluster.playground.failed]);
    } finally {
      await cluster.stop();
    }
  }

  /**
   * @param deployed whether to install the controller's Deployment as well, false by default
   * @param dist the folder of the manifests, this checkout's by default
   */
  static async start({ deployed = false, dist = join(checkout, 'dist') } = {}): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'rig-'));
    const quiet = { info: () => undefined, debug: () => undefined, progress: () => undefined };
    const playground = await Playground.start({
      state: join(folder, 'state'),
      port: 0,
      reporter: quiet,
      apiServerFlags: await auditFlags(folder, controllerUser),
    });
    const cluster = new Cluster(playground, folder);
    try {
      await cluster.#createNamespace();
      await cluster.install(dist, { deployed });
      await cluster.#writeKubeconfig();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** A kubectl of the administrator's. */
  get kubectl(): Kubectl {
    const { kubectl: program, kubeconfig } = this.playground;
    return new Kubectl({ program, kubeconfig, namespace });
  }

  /** Stops everything and erases it, unless RIG_KEEP is set. */
  async stop(): Promise<void> {
    await Promise.all(this.#controllers.map((controller) => controller.stop()));
    await this.client.close();
    await this.playground.stop();
    if (process.env.RIG_KEEP === undefined)
      await rm(this.#folder, { recursive: true, force: true });
    else console.log(`  kept: ${this.#folder}`);
  }

  /** The kubeconfig with the rights of the controller's ServiceAccount. */
  get controllerKubeconfig(): string {
    return join(this.#folder, 'controller.kubeconfig');
  }

  /** Starts the controller; it ends with the cluster at the latest. */
  async startController(
    options: Partial<ControllerProcessOptions> = {},
  ): Promise<ControllerProcess> {
    const log = join(this.#folder, `controller-${this.#controllers.length}.log`);
    const kubeconfig = this.controllerKubeconfig;
    const controller = await ControllerProcess.start({ kubeconfig, log, ...options });
    this.#controllers.push(controller);
    return controller;
  }

  /**
   * Applies the manifests of a folder like dist/.
   *
   * @param deployed whether the controller's Deployment is among them
   */
  async install(dist: string, { deployed = false } = {}): Promise<void> {
    const { playground } = this;
    const read = (name: string) => readFile(join(dist, name), 'utf8');
    const manifests = await Promise.all(['crd.yaml', 'controller.yaml'].map(read));
    const items = manifests
      .flatMap((manifest) => parseAllDocuments(manifest))
      .map((document) => document.toJS() as KubeObject)
      .filter(({ kind }) => deployed || kind !== 'Deployment');
    const list = { apiVersion: 'v1', kind: 'List', items };
    await playground.runKubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(list));
    await playground.untilServes(
      '/apis/bitcoincontroller.christianb93.github.com/v1/bitcoinnetworks?limit=1',
    );
  }

  async #createNamespace(): Promise<void> {
    await this.playground.runKubectl(['create', 'namespace', namespace]);
  }

  /** The administrator's kubeconfig with the ServiceAccount's token in place of the certificate. */
  async #writeKubeconfig(): Promise<void> {
    const args = ['create', 'token', account.name, '--namespace', account.namespace];
    const token = (await this.playground.runKubectl([...args, '--duration=12h'])).trim();
    const config = parse(await readFile(this.playground.kubeconfig, 'utf8')) as {
      users: { name: string; user: object }[];
    };
    config.users = config.users.map(({ name }) => ({ name, user: { token } }));
    await writeFile(this.controllerKubeconfig, stringify(config), { mode: 0o600 });
  }
}
