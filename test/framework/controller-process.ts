import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { nodeEnv, nodeOptions as usual } from '../../constructs/controller-install/deployment.ts';
import { freePort } from '../../playground/control-plane/port.ts';

const checkout = join(import.meta.dirname, '../..');

/** Clock ticks a second in /proc, which Linux fixes for programs. */
const ticks = 100;

/** How a controller is started. */
export interface ControllerProcessOptions {
  /** The ServiceAccount's, as a rule. */
  readonly kubeconfig: string;
  /** Gets its output. */
  readonly log: string;
  /** The compiled project that it is of. @default this checkout's build/ */
  readonly build?: string;
  /** Added to this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Options of node beside its usual ones, such as a module to load first. */
  readonly nodeOptions?: readonly string[];
}

/** Memory in MB (10^6 bytes) as /proc has it. */
export interface Memory {
  readonly now: number;
  readonly peak: number;
}

/** The controller as its image runs it: the compiled program under node, with a log in a file. */
export class ControllerProcess {
  readonly #child: ChildProcess;
  readonly #health: string;

  private constructor(child: ChildProcess, health: string) {
    this.#child = child;
    this.#health = health;
  }

  static async start(options: ControllerProcessOptions): Promise<ControllerProcess> {
    const { kubeconfig, log, build = join(checkout, 'build'), env, nodeOptions = [] } = options;
    const port = await freePort(0);
    const file = await open(log, 'w');
    const program = join(build, 'controller/main.js');
    const flags = ['--kubeconfig', kubeconfig, '--health-port', String(port)];
    const child = spawn(process.execPath, [...usual, ...nodeOptions, program, ...flags], {
      env: { ...process.env, ...nodeEnv, BIND_ADDRESS: '127.0.0.1', ...env },
      stdio: ['ignore', file.fd, file.fd],
    });
    await file.close();
    return new ControllerProcess(child, `http://127.0.0.1:${port}`);
  }

  /** How it ended, once it has. */
  get signalCode(): NodeJS.Signals | null {
    return this.#child.signalCode;
  }

  /** Sends it a signal. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits until /readyz says yes: everything has been listed. */
  async untilReady(): Promise<void> {
    while (!(await this.isReady())) {
      if (this.ended) throw new Error('the controller ended; see its log');
      await sleep(10);
    }
  }

  /** Whether /readyz says yes. */
  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.#health}/readyz`).catch(() => undefined);
    return answer?.ok === true;
  }

  /** Waits until it has done next to nothing for 2 s: its events are sent too, one after the other. */
  async untilIdle(): Promise<void> {
    for (let before = this.cpu(); ; before = this.cpu()) {
      await sleep(2_000);
      if (this.cpu() - before < 0.05) return;
    }
  }

  /** Resident set size. */
  memory(): Memory {
    const status = readFileSync(`/proc/${this.#child.pid!}/status`, 'utf8');
    const megabytes = (field: string) =>
      (Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)![1]) * 1024) / 1e6;
    return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
  }

  /** Seconds of processor time so far, all threads. */
  cpu(): number {
    const fields = readFileSync(`/proc/${this.#child.pid!}/stat`, 'utf8')
      .split(') ')[1]!
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticks;
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(timer);
  }
}
