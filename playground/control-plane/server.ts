import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { PlaygroundError } from '../playground-error.ts';

/** A program that runs until it is stopped. */
export interface ServerOptions {
  /** The name in messages. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The file for all output, which is truncated first. */
  readonly log: string;
  /** Whether it is a Node.js program that receives a message and replies. @default false */
  readonly ipc?: boolean;
}

/** The number of log lines in the error when a server exits. */
const maxLines = 10;

/**
 * A running server. It does not outlive this process, because the kernel kills it when this process
 * exits. It does not receive the terminal's Ctrl-C, so that servers can be stopped in order.
 */
export class Server {
  readonly options: ServerOptions;
  /** Rejects with a PlaygroundError when the server exits before it is stopped. */
  readonly failed: Promise<never>;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #stopping = false;

  private constructor(options: ServerOptions) {
    this.options = options;
    const log = openSync(options.log, 'w', 0o600);
    this.#child = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', '--', options.file, ...options.args],
      // In its own session, the server does not receive the terminal's signals.
      {
        detached: true,
        env: options.env,
        stdio: ['ignore', log, log, ...(options.ipc === true ? (['ipc'] as const) : [])],
      },
    );
    closeSync(log);
    let end: () => void;
    this.#ended = new Promise((resolve) => (end = resolve));
    this.failed = new Promise((_, reject) => {
      this.#child.once('error', (cause) => {
        end();
        const message = `failed to start ${this.name} with setpriv; install util-linux: ${cause.message}`;
        reject(new PlaygroundError(message, { cause }));
      });
      this.#child.once('exit', (code, signal) => {
        end();
        if (!this.#stopping) reject(unexpectedEnd(options, code, signal));
      });
    });
    this.failed.catch(() => undefined); // without awaiting callers, the rejection is ignored
  }

  static start(options: ServerOptions): Server {
    return new Server(options);
  }

  get name(): string {
    return this.options.name;
  }

  /** The process id, or undefined if the server could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Sends a message to a server with ipc, and waits for the reply.
   *
   * @throws PlaygroundError if the server exits before it replies
   */
  async ask(message: object): Promise<void> {
    const reply = new Promise<void>((resolve) => {
      this.#child.once('message', () => {
        resolve();
      });
    });
    this.#child.send(message, () => undefined); // after a failure, the server exits
    await Promise.race([reply, this.failed]);
  }

  /** Sends a signal, such as SIGSTOP to freeze the server. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /**
   * Stops the server with SIGTERM, and with SIGKILL after the grace period.
   *
   * @param gracePeriod milliseconds; 0 sends only SIGKILL
   */
  async stop(gracePeriod: number): Promise<void> {
    this.#stopping = true;
    this.#child.kill(gracePeriod === 0 ? 'SIGKILL' : 'SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), gracePeriod);
    await this.#ended;
    clearTimeout(timer);
  }
}

function unexpectedEnd(
  options: ServerOptions,
  code: number | null,
  signal: NodeJS.Signals | null,
): PlaygroundError {
  const lines = readFileSync(options.log, 'utf8').trimEnd().split('\n').slice(-maxLines);
  const how = signal ?? `exit code ${String(code)}`;
  return new PlaygroundError(
    `${options.name} exited unexpectedly (${how}). The last lines of ${options.log}:\n${lines.join('\n')}`,
  );
}
