import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buildController, composeApp } from './app-folder.ts';
import { runCommand } from './command.ts';
import { ControlPlane } from './control-plane/control-plane.ts';
import { lockState, type Lock } from './control-plane/lock.ts';
import { kubeconfigOf } from './control-plane/server-flags.ts';
import { Server } from './control-plane/server.ts';
import {
  defaultStateFolder,
  eraseState,
  makeState,
  stateIn,
  type State,
} from './control-plane/state.ts';
import { checkMachine } from './machine.ts';
import type { NodeOptions } from './kubelet/kubelet.ts';
import { defaultCacheFolder } from './programs/cache.ts';
import { Programs } from './programs/programs.ts';
import type { Reporter } from './reporter.ts';
import { defaultPort } from './settings.ts';

/** The name of the only node. */
export const nodeName = 'playground';

/** What /app holds of, dist/ is applied from, and the Go module is built in. */
export const checkout = join(import.meta.dirname, '..');

/** The image that dist/controller.yaml names; the node runs the checkout's build for it. */
const controllerImage = 'localhost/bitcoin-controller';

/** Milliseconds that the node gets to stop its pods. */
const nodeGrace = 15_000;

export interface PlaygroundOptions {
  /**
   * The folder that holds all of it, made if it is missing.
   * @default $XDG_STATE_HOME/bitcoin-controller/playground
   */
  readonly state?: string | undefined;
  /** The API server's port on 127.0.0.1; 0 for any free one. @default 26443 */
  readonly port?: number | undefined;
  /** Erase the state first. @default false */
  readonly reset?: boolean;
  readonly reporter: Reporter;
  /** Flags of kube-apiserver besides its own, such as those of an audit log. @default none */
  readonly apiServerFlags?: readonly string[];
  /** Runs once the API server is ready, while the node starts. @default nothing */
  readonly whenServing?: (playground: Playground) => Promise<void>;
  /** Names programs, and the folders for state and cache. @default this process's */
  readonly env?: NodeJS.ProcessEnv;
}

/** A control plane with a virtual node, running on this machine until it is stopped. */
export class Playground {
  readonly state: State;
  /** What ran before it was started does not run any more. */
  readonly startedAt = new Date();
  /** Rejects with a PlaygroundError when a server or the node ends unasked. */
  readonly failed: Promise<never>;
  readonly #reporter: Reporter;
  readonly #programs: Programs;
  readonly #lock: Lock;
  #controlPlane: ControlPlane | undefined;
  #node: Server | undefined;
  #kubectl = '';
  readonly #fail: (reason: unknown) => void;

  private constructor(state: State, lock: Lock, programs: Programs, reporter: Reporter) {
    this.state = state;
    this.#lock = lock;
    this.#programs = programs;
    this.#reporter = reporter;
    let fail: (reason: unknown) => void = () => undefined;
    this.failed = new Promise((_, reject) => (fail = reject));
    this.#fail = fail;
    this.failed.catch(() => undefined); // whoever waits for it hears of it
  }

  /**
   * Starts a playground and returns when its node is up. Nothing is installed in it.
   *
   * @throws PlaygroundError that says what is missing; nothing is left running then
   */
  static async start(options: PlaygroundOptions): Promise<Playground> {
    const { env = process.env, reporter } = options;
    await checkMachine(process.platform, runCommand);
    const state = stateIn(options.state ?? defaultStateFolder(env));
    await mkdir(state.folder, { recursive: true, mode: 0o700 });
    const lock = await lockState(state.folder);
    const programs = new Programs({ env, cache: defaultCacheFolder(env), reporter });
    const playground = new Playground(state, lock, programs, reporter);
    try {
      if (options.reset === true) await eraseState(state);
      await makeState(state);
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

  /** The path of a kubectl that fits. */
  get kubectl(): string {
    return this.#kubectl;
  }

  /** Its servers, to end or freeze them. */
  get controlPlane(): ControlPlane {
    return this.#controlPlane!;
  }

  /** Sends a signal to the virtual node, such as SIGSTOP and SIGCONT to freeze it for a while. */
  signalNode(signal: NodeJS.Signals): void {
    this.#node?.kill(signal);
  }

  /**
   * Runs kubectl as administrator; it keeps its cache in the state.
   *
   * @param input what it reads with `-f -`
   * @returns its standard output
   * @throws CommandError with its message
   */
  async runKubectl(args: readonly string[], input = ''): Promise<string> {
    const settings = ['--kubeconfig', this.kubeconfig, '--cache-dir', this.state.kubectlCache];
    return runCommand(this.#kubectl, [...settings, ...args], { input });
  }

  /** Waits until the API server answers a GET of `path` with 200. */
  async untilServes(path: string): Promise<void> {
    await this.#controlPlane?.untilServes(path);
  }

  /** Ends the node by SIGKILL, and its pods' processes with it, and starts it again. */
  async restartNode(): Promise<void> {
    await this.#node?.stop(0);
    await this.#setUpNode(this.#spawnNode());
  }

  /** Stops pods and servers, in this order. The state stays. */
  async stop(): Promise<void> {
    await this.#node?.stop(nodeGrace);
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
    const needed = Promise.all([find('bitcoind'), find('kubectl'), app]);
    needed.catch(() => undefined); // the control plane may fail first
    const node = this.#spawnNode();
    this.#controlPlane = await ControlPlane.start({
      state,
      port,
      nodeName,
      find,
      reporter,
      apiServerFlags,
    });
    this.#controlPlane.failed.catch(this.#fail);
    reporter.info(`control plane ready at ${this.#controlPlane.url}`);
    this.#kubectl = await find('kubectl');
    const work = Promise.all([whenServing?.(this), needed.then(() => this.#setUpNode(node))]);
    await Promise.race([work, this.failed]);
    reporter.info('virtual node up');
  }

  /** Starts the node's process, which loads its program while it waits to be set up. */
  #spawnNode(): Server {
    const node = Server.start({
      name: 'the virtual node',
      file: process.execPath,
      args: [join(import.meta.dirname, 'kubelet/main.ts')],
      // Compiled code that is loaded from a file is not held in memory, which every fork would copy.
      env: { ...process.env, NODE_COMPILE_CACHE: this.state.compileCache },
      log: join(this.state.logs, 'node.log'),
      ipc: true,
    });
    node.failed.catch(this.#fail);
    this.#node = node;
    return node;
  }

  async #setUpNode(node: Server): Promise<void> {
    const { state } = this;
    const pki = (file: string): string => join(state.pki, file);
    const options: Omit<NodeOptions, 'log'> = {
      kubeconfig: kubeconfigOf(state, 'node'),
      name: nodeName,
      state: state.node,
      tls: { cert: pki('node.crt'), key: pki('node.key'), clientCa: pki('ca.crt') },
      bitcoinBin: dirname(await this.#programs.find('bitcoind')),
      appDir: state.app,
      nodeBin: process.execPath,
      controllerImage,
      apiServer: { host: '127.0.0.1', port: this.#controlPlane!.port },
    };
    await node.ask(options);
  }
}
