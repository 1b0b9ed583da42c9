import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { KubeClient, loadKubeConfig, type KubeObject } from '../../kube/index.ts';
import { Playground } from '../../playground/playground.ts';
import { AuditLog, auditFlags } from './audit-log.ts';
import { checkout } from './checkout.ts';
import { ControllerProcess, type ControllerProcessOptions } from './controller-process.ts';
import { Kubectl } from './kubectl.ts';

/** The namespace of the networks. */
export const testNamespace = 'test';

const account = { namespace: 'bitcoin-controller', name: 'bitcoin-controller-sva' };

/** The controller's user name at the API server. */
export const controllerUser = `system:serviceaccount:${account.namespace}:${account.name}`;

/**
 * A playground of its own with the manifests of dist/ installed. The controller is a child process
 * instead of a pod, so that a test can start, measure and kill it. It has the permissions of its
 * ServiceAccount.
 */
export class Cluster {
  readonly playground: Playground;
  /** A client with the administrator's permissions. */
  readonly client: KubeClient;
  /** The requests of the controller. */
  readonly audit: AuditLog;
  readonly #folder: string;
  readonly #controllers: ControllerProcess[] = [];

  private constructor(playground: Playground, folder: string) {
    this.playground = playground;
    this.#folder = folder;
    this.audit = new AuditLog(folder);
    const kubeConfig = loadKubeConfig({ flag: playground.kubeconfig });
    this.client = KubeClient.fromKubeConfig(kubeConfig, { userAgent: 'test-framework' });
  }

  /** Calls `run` with a new cluster, which is stopped afterwards. */
  static async use(run: (cluster: Cluster) => Promise<void>): Promise<void> {
    const cluster = await Cluster.start();
    try {
      await Promise.race([run(cluster), cluster.playground.failed]);
    } finally {
      await cluster.stop();
    }
  }

  /**
   * @param deployed whether to install the controller's Deployment as well; false by default
   * @param dist the folder of the manifests; dist/ of this checkout by default
   */
  static async start({ deployed = false, dist = join(checkout, 'dist') } = {}): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'cluster-'));
    const quiet = { info: () => undefined, debug: () => undefined, progress: () => undefined };
    const playground = await Playground.start({
      state: join(folder, 'state'),
      port: 0,
      reporter: quiet,
      apiServerFlags: await auditFlags(folder, controllerUser),
    });
    const cluster = new Cluster(playground, folder);
    try {
      await cluster.#admin.run(['create', 'namespace', testNamespace]);
      await cluster.install(dist, { deployed });
      await cluster.#writeControllerKubeconfig();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** A kubectl with the administrator's permissions, in the test namespace. */
  get kubectl(): Kubectl {
    return this.#admin.in(testNamespace);
  }

  /** A kubeconfig with the permissions of the controller's ServiceAccount. */
  get controllerKubeconfig(): string {
    return join(this.#folder, 'controller.kubeconfig');
  }

  /** Stops everything and deletes its files, unless KEEP_CLUSTER is set. */
  async stop(): Promise<void> {
    await Promise.all(this.#controllers.map((controller) => controller.stop()));
    await this.client.close();
    await this.playground.stop();
    if (process.env.KEEP_CLUSTER === undefined)
      await rm(this.#folder, { recursive: true, force: true });
    else console.log(`  the files of the cluster are in ${this.#folder}`);
  }

  /** Starts a controller; {@link stop} stops it. */
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
   * Applies crd.yaml and controller.yaml of a folder.
   *
   * @param deployed whether to include the controller's Deployment; false by default
   */
  async install(dist: string, { deployed = false } = {}): Promise<void> {
    const read = (name: string) => readFile(join(dist, name), 'utf8');
    const manifests = await Promise.all(['crd.yaml', 'controller.yaml'].map(read));
    const items = manifests
      .flatMap((manifest) => parseAllDocuments(manifest))
      .map((document) => document.toJS() as KubeObject)
      .filter(({ kind }) => deployed || kind !== 'Deployment');
    await this.#admin.apply({ apiVersion: 'v1', kind: 'List', items }, '--server-side');
    await this.playground.untilServes(
      '/apis/bitcoincontroller.christianb93.github.com/v1/bitcoinnetworks?limit=1',
    );
  }

  get #admin(): Kubectl {
    const { kubectl: program, kubeconfig } = this.playground;
    return new Kubectl({ program, kubeconfig });
  }

  /** Writes the administrator's kubeconfig with a token of the ServiceAccount as credentials. */
  async #writeControllerKubeconfig(): Promise<void> {
    const args = ['create', 'token', account.name, '--duration=12h'];
    const token = (await this.#admin.in(account.namespace).run(args)).trim();
    const config = parse(await readFile(this.playground.kubeconfig, 'utf8')) as {
      users: { name: string; user: object }[];
    };
    config.users = config.users.map(({ name }) => ({ name, user: { token } }));
    await writeFile(this.controllerKubeconfig, stringify(config), { mode: 0o600 });
  }
}
