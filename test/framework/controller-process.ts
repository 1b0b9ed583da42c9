import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeEnv, nodeOptions } from '../../constructs/controller-install/deployment.ts';
import { freePort } from '../../playground/control-plane/port.ts';
import { checkout } from './checkout.ts';
import { cpuSecondsOf, memoryOf, type Memory } from './process-usage.ts';

export interface ControllerProcessOptions {
  readonly kubeconfig: string;
  /** The file that the output goes to. */
  readonly log: string;
  /** The folder of the compiled project. @default build/ of this checkout */
  readonly build?: string;
  /** Added to the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Further arguments of the controller. @default none */
  readonly flags?: readonly string[];
  /** Added to the options of node that the image sets, such as a module to load first. */
  readonly nodeOptions?: readonly string[];
}

/** The compiled controller as a process of this machine, started as the image starts it. */
export class ControllerProcess {
  readonly #child: ChildProcess;
  readonly #healthUrl: string;

  private constructor(child: ChildProcess, healthUrl: string) {
    this.#child = child;
    this.#healthUrl = healthUrl;
  }

  static async start(options: ControllerProcessOptions): Promise<ControllerProcess> {
    const { kubeconfig, log, build = join(checkout, 'build') } = options;
    const port = await freePort(0);
    const file = await open(log, 'w');
    const program = join(build, 'controller/main.js');
    const flags = ['--kubeconfig', kubeconfig, '--health-port', String(port)];
    flags.push(...(options.flags ?? []));
    const args = [...nodeOptions, ...(options.nodeOptions ?? []), program, ...flags];
    // Not by execa, which would copy the output through this process.
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...nodeEnv, BIND_ADDRESS: '127.0.0.1', ...options.env },
      stdio: ['ignore', file.fd, file.fd],
    });
    await file.close();
    return new ControllerProcess(child, `http://127.0.0.1:${port}`);
  }

  /** The signal that ended it; null if none did. */
  get signalCode(): NodeJS.Signals | null {
    return this.#child.signalCode;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until /readyz returns 200: the caches have synced. */
  async waitUntilReady(): Promise<void> {
    while (!(await this.isReady())) {
      if (this.hasEnded) throw new Error('the controller ended; see its log');
      await sleep(10);
    }
  }

  /** Whether /readyz returns 200. */
  async isReady(): Promise<boolean> {
    const response = await fetch(`${this.#healthUrl}/readyz`).catch(() => undefined);
    return response?.ok === true;
  }

  /** Waits for 2 s with less than 50 ms of CPU time: by then the queued events are sent too. */
  async waitUntilIdle(): Promise<void> {
    for (let before = this.cpuSeconds(); ; before = this.cpuSeconds()) {
      await sleep(2_000);
      if (this.cpuSeconds() - before < 0.05) return;
    }
  }

  memory(): Memory {
    return memoryOf(this.#child.pid!);
  }

  /** The CPU time used so far, in seconds. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.#child.pid!);
  }

  /** Ends it by SIGTERM, and by SIGKILL after 15 s. */
  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(timer);
  }
}
