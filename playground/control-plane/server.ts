import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { PlaygroundError } from '../playground-error.ts';

/** A program to run until it is stopped. */
export interface ServerOptions {
  /** What messages call it. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Gets all output; emptied first. */
  readonly log: string;
  /** Whether it is a program of Node that takes a message and answers it. @default false */
  readonly ipc?: boolean;
}

/** Lines of its log that the error for a server's end shows. */
const shownLines = 10;

/**
 * A running server. It ends with this process, however that ends (the kernel sends it SIGKILL), and
 * the terminal's Ctrl-C does not reach it, so that servers can be stopped in order.
 */
export class Server {
  readonly options: ServerOptions;
  /** Rejects with a PlaygroundError when the server ends without having been asked to. */
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
      // A session of its own keeps the terminal's signals away.
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
        const message = `${this.name} could not be started with setpriv (util-linux): ${cause.message}`;
        reject(new PlaygroundError(message, { cause }));
      });
      this.#child.once('exit', (code, signal) => {
        end();
        if (!this.#stopping) reject(unexpectedEnd(options, code, signal));
      });
    });
    this.failed.catch(() => undefined); // whoever waits for it hears of it
  }

  static start(options: ServerOptions): Server {
    return new Server(options);
  }

  get name(): string {
    return this.options.name;
  }

  /** Undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Sends a message to a server with ipc, and waits for one in return.
   *
   * @throws PlaygroundError if it ends before it answers
   */
  async ask(message: object): Promise<void> {
    const answer = new Promise<void>((resolve) => {
      this.#child.once('message', () => {
        resolve();
      });
    });
    this.#child.send(message, () => undefined); // a failure shows as its end
    await Promise.race([answer, this.failed]);
  }

  /** Sends it a signal, such as SIGSTOP to freeze it. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /**
   * Asks the server to end, by force after `grace`.
   *
   * @param grace milliseconds; 0 for by force at once
   */
  async stop(grace: number): Promise<void> {
    this.#stopping = true;
    this.#child.kill(grace === 0 ? 'SIGKILL' : 'SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), grace);
    await this.#ended;
    clearTimeout(timer);
  }
}

function unexpectedEnd(
  options: ServerOptions,
  code: number | null,
  signal: NodeJS.Signals | null,
): PlaygroundError {
  const lines = readFileSync(options.log, 'utf8').trimEnd().split('\n').slice(-shownLines);
  const how = signal ?? `exit code ${String(code)}`;
  return new PlaygroundError(
    `${options.name} ended with ${how}; the last lines of ${options.log}:\n${lines.join('\n')}`,
  );
}
