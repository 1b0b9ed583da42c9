import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProgramName } from '../programs/program.ts';
import type { Reporter } from '../reporter.ts';
import { identities } from './identities.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { freePort } from './port.ts';
import { untilOk, untilReady } from './readiness.ts';
import {
  apiServerFlags,
  controllerManagerFlags,
  etcdFlags,
  kubeconfigOf,
  schedulerFlags,
} from './server-flags.ts';
import { Server, type ServerOptions } from './server.ts';
import type { State } from './state.ts';

export interface ControlPlaneOptions {
  /** The state, whose folders must exist and which no other control plane may use. */
  readonly state: State;
  /** The API server's port on 127.0.0.1; 0 selects a free one. */
  readonly port: number;
  /** The name of the Node, for the kubelet's certificate. */
  readonly nodeName: string;
  /** Finds the servers' programs. */
  readonly find: (name: ProgramName) => Promise<string>;
  readonly reporter: Reporter;
  /** Additional flags of kube-apiserver. */
  readonly apiServerFlags: readonly string[];
}

/** The users with a kubeconfig in the state's config folder. */
const users = ['kube-controller-manager', 'kube-scheduler', 'node'];

/** The names of the servers and of their logs. */
export type ServerName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

/** Milliseconds before etcd is killed. */
const etcdGracePeriod = 3_000;

/** etcd, kube-apiserver, kube-controller-manager and kube-scheduler, running on 127.0.0.1. */
export class ControlPlane {
  readonly port: number;
  /** Rejects with a PlaygroundError when a server exits unexpectedly. */
  readonly failed: Promise<never>;
  readonly #options: ControlPlaneOptions;
  readonly #servers = new Map<ServerName, Server>();
  #fail: (reason: unknown) => void = () => undefined;

  private constructor(options: ControlPlaneOptions, port: number) {
    this.#options = options;
    this.port = port;
    this.failed = new Promise((_, reject) => (this.#fail = reject));
    this.failed.catch(() => undefined); // without awaiting callers, the rejection is ignored
  }

  /**
   * Starts the servers and returns when the API server is ready.
   *
   * @throws PlaygroundError if a server does not start; all servers are stopped then
   */
  static async start(options: ControlPlaneOptions): Promise<ControlPlane> {
    const plane = new ControlPlane(options, await freePort(options.port));
    try {
      await plane.#start();
    } catch (error) {
      await plane.stop();
      throw error;
    }
    return plane;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /**
   * Waits until the API server responds with 200 to a GET of `path`.
   *
   * @throws PlaygroundError if a server exits before that
   */
  async untilServes(path: string): Promise<void> {
    const stopWaiting = new AbortController();
    const served = untilOk(this.port, this.#options.state.pki, path, stopWaiting.signal);
    try {
      await Promise.race([served, this.failed]);
    } finally {
      stopWaiting.abort();
      served.catch(() => undefined);
    }
  }

  /**
   * Kills one server with SIGKILL.
   *
   * @returns a function that starts the server again with the same options
   */
  async killServer(name: ServerName): Promise<() => void> {
    const server = this.#servers.get(name)!;
    await server.stop(0);
    return () => {
      this.#run(name, server.options);
    };
  }

  /** Sends a signal to one server, such as SIGSTOP and SIGCONT to freeze and resume it. */
  signalServer(name: ServerName, signal: NodeJS.Signals): void {
    this.#servers.get(name)!.kill(signal);
  }

  /** Stops all servers. etcd's data remains. */
  async stop(): Promise<void> {
    // Only etcd has state, and what it has acknowledged is on disk. The other servers would wait
    // for each other's watches.
    const stops = [...this.#servers.values()].map((server) =>
      server.stop(server.name === 'etcd' ? etcdGracePeriod : 0),
    );
    await Promise.all(stops);
  }

  async #start(): Promise<void> {
    const { state, find, reporter } = this.#options;
    const stopWaiting = new AbortController();
    const started = performance.now();
    const report = (event: string): void => {
      reporter.debug(`${event} after ${Math.round(performance.now() - started)} ms`);
    };
    await rm(state.etcdSocket, { force: true });
    const etcd = find('etcd').then(async (file) => {
      this.#startServer('etcd', file, etcdFlags(state));
      await untilExists(state.etcdSocket, stopWaiting.signal);
      report('etcd listens');
    });
    const ready = Promise.all([etcd, find('kube-apiserver'), this.#writeCredentials()]).then(
      async ([, file]) => {
        const flags = [...apiServerFlags(state, this.port), ...this.#options.apiServerFlags];
        this.#startServer('kube-apiserver', file, flags);
        await untilReady(this.port, state.pki, stopWaiting.signal);
        report('kube-apiserver is ready');
      },
    );
    const others = Promise.all([find('kube-controller-manager'), find('kube-scheduler'), ready]);
    try {
      const [controllerManager, scheduler] = await Promise.race([others, this.failed]);
      this.#startServer(
        'kube-controller-manager',
        controllerManager,
        controllerManagerFlags(state),
      );
      this.#startServer('kube-scheduler', scheduler, schedulerFlags(state));
    } finally {
      stopWaiting.abort();
    }
  }

  async #writeCredentials(): Promise<void> {
    const { state, nodeName } = this.#options;
    if (!(await exists(state.pki))) {
      const { createCertificates } = await import('./certificates.ts');
      await createCertificates(state.pki, identities(nodeName), new Date());
    }
    for (const user of users) {
      await writeKubeconfig(kubeconfigOf(state, user), this.url, state.pki, user);
    }
    await writeKubeconfig(state.kubeconfig, this.url, state.pki, 'admin');
  }

  #startServer(name: ServerName, file: string, args: readonly string[]): void {
    // A minimal environment, because etcd also reads its flags from variables.
    const env = { PATH: process.env.PATH, HOME: this.#options.state.folder };
    const log = join(this.#options.state.logs, `${name}.log`);
    this.#run(name, { name, file, args, env, log });
  }

  #run(name: ServerName, options: ServerOptions): void {
    const server = Server.start(options);
    this.#servers.set(name, server);
    server.failed.catch((reason: unknown) => {
      this.#fail(reason);
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function untilExists(path: string, signal: AbortSignal): Promise<void> {
  while (!(await exists(path))) await delay(10, undefined, { signal });
}
