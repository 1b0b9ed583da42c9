import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { buildController, composeApp } from './app-folder.ts';
import { ControlPlane } from './control-plane/control-plane.ts';
import { lockState, type Lock } from './control-plane/lock.ts';
import type { Server } from './control-plane/server.ts';
import {
  createState,
  defaultStateFolder,
  eraseState,
  stateIn,
  type State,
} from './control-plane/state.ts';
import { setUpKubelet, spawnKubelet } from './kubelet-process.ts';
import { checkMachine } from './machine.ts';
import { defaultCacheFolder } from './programs/cache.ts';
import { Programs } from './programs/programs.ts';
import type { Reporter } from './reporter.ts';
import { defaultPort } from './settings.ts';

/** The name of the only Node. */
export const nodeName = 'playground';

/** The folder of this repository. */
export const checkout = join(import.meta.dirname, '..');

/** Grace period in ms for the kubelet, which stops its pods. */
const kubeletGracePeriod = 15_000;

export interface PlaygroundOptions {
  /**
   * The folder for the state, created if it does not exist.
   * @default $XDG_STATE_HOME/bitcoin-controller/playground
   */
  readonly state?: string | undefined;
  /** The API server's port on 127.0.0.1; 0 selects a free one. @default 26443 */
  readonly port?: number | undefined;
  /** Whether to erase the state first. @default false */
  readonly reset?: boolean;
  readonly reporter: Reporter;
  /** Additional flags of kube-apiserver, such as those of an audit log. @default none */
  readonly apiServerFlags?: readonly string[];
  /** Called when the API server is ready, while the kubelet starts. @default nothing */
  readonly whenServing?: (playground: Playground) => Promise<void>;
  /** Variables that select programs and the folders for state and cache. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

/** A control plane and a kubelet that run on this machine until they are stopped. */
export class Playground {
  readonly state: State;
  /** A process that was started before this time no longer runs. */
  readonly startedAt = new Date();
  /** Rejects with a PlaygroundError when a server or the kubelet exits unexpectedly. */
  readonly failed: Promise<never>;
  readonly #reporter: Reporter;
  readonly #programs: Programs;
  readonly #lock: Lock;
  #controlPlane: ControlPlane | undefined;
  #kubelet: Server | undefined;
  #kubectl = '';
  readonly #fail: (reason: unknown) => void;

  private constructor(state: State, lock: Lock, programs: Programs, reporter: Reporter) {
    this.state = state;
    this.#lock = lock;
    this.#programs = programs;
    this.#reporter = reporter;
    const failed = Promise.withResolvers<never>();
    this.failed = failed.promise;
    this.#fail = failed.reject;
    this.failed.catch(() => undefined); // without awaiting callers, the rejection is ignored
  }

  /**
   * Starts a playground and returns when its Node is registered. Nothing is installed in it.
   *
   * @throws PlaygroundError if the playground cannot start; all its processes are stopped then
   */
  static async start(options: PlaygroundOptions): Promise<Playground> {
    const { env = process.env, reporter } = options;
    await checkMachine(process.platform, execa);
    const state = stateIn(options.state ?? defaultStateFolder(env));
    await mkdir(state.folder, { recursive: true, mode: 0o700 });
    const lock = await lockState(state.folder);
    const programs = new Programs({ env, cache: defaultCacheFolder(env), reporter });
    const playground = new Playground(state, lock, programs, reporter);
    try {
      if (options.reset === true) await eraseState(state);
      await createState(state);
      await playground.#start(options);
    } catch (error) {
      await playground.stop();
      throw error;
    }
    return playground;
  }

  /** The administrator's kubeconfig. */
  get kubeconfig(): string {
    return this.state.kubeconfig;
  }

  /** The path of a compatible kubectl. */
  get kubectl(): string {
    return this.#kubectl;
  }

  get controlPlane(): ControlPlane {
    return this.#controlPlane!;
  }

  /** Sends a signal to the kubelet, such as SIGSTOP and SIGCONT to freeze and resume it. */
  signalNode(signal: NodeJS.Signals): void {
    this.#kubelet?.kill(signal);
  }

  /**
   * Runs kubectl as the administrator, with its cache in the state folder.
   *
   * @param input standard input, for `-f -`
   * @returns standard output
   * @throws ExecaError with the output if kubectl fails
   */
  async runKubectl(args: readonly string[], input = ''): Promise<string> {
    const settings = ['--kubeconfig', this.kubeconfig, '--cache-dir', this.state.kubectlCache];
    const { stdout } = await execa(this.#kubectl, [...settings, ...args], { input });
    return stdout;
  }

  /** Waits until the API server responds with 200 to a GET of `path`. */
  async untilServes(path: string): Promise<void> {
    await this.#controlPlane?.untilServes(path);
  }

  /** Stops the pods and then the servers. The state remains. */
  async stop(): Promise<void> {
    await this.#kubelet?.stop(kubeletGracePeriod);
    await this.#controlPlane?.stop();
    await this.#programs.close();
    this.#lock.release();
  }

  async #start(options: PlaygroundOptions): Promise<void> {
    const { port = defaultPort, apiServerFlags = [], whenServing } = options;
    const find = this.#programs.find.bind(this.#programs);
    const { state } = this;
    const reporter = this.#reporter;
    const app = buildController(checkout).then(() => composeApp(state.app, checkout));
    const prepared = Promise.all([find('bitcoind'), find('kubectl'), app]);
    prepared.catch(() => undefined); // the control plane may fail first
    const kubelet = spawnKubelet(state);
    kubelet.failed.catch(this.#fail);
    this.#kubelet = kubelet;
    const controlPlane = await ControlPlane.start({
      state,
      port,
      nodeName,
      find,
      reporter,
      apiServerFlags,
    });
    this.#controlPlane = controlPlane;
    controlPlane.failed.catch(this.#fail);
    reporter.info(`control plane is ready at ${controlPlane.url}`);
    this.#kubectl = await find('kubectl');
    const registered = prepared.then(([bitcoind]) =>
      setUpKubelet(kubelet, state, { nodeName, bitcoind, port: controlPlane.port }),
    );
    await Promise.race([Promise.all([whenServing?.(this), registered]), this.failed]);
    reporter.info('node is ready');
  }
}
