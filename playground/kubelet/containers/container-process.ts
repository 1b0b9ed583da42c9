import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants as osConstants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Tools } from '../sandbox/tools.ts';

/** What a container runs, in a root that makePodRoot made. */
export interface ProcessSpec {
  /** Folder with the root and its fstab. */
  readonly scratch: string;
  readonly hostname: string;
  readonly workingDir: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How a container's process ended. */
export interface Exit {
  /** As a shell gives it: 128 and the signal's number after a signal. */
  readonly code: number;
  /** Number of the signal, where one ended it. */
  readonly signal?: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The program could not be started. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

const script = join(import.meta.dirname, '../sandbox/sandbox.sh');
/** User 0 of a container has no capability. */
const unprivileged = ['--nnp', '--inh-caps=-all', '--bounding-set=-all', '--'];

/** A container's main process: process 1 of its own user, mount, pid, uts and ipc namespaces. */
export class ContainerProcess {
  /** Its id among the machine's processes. */
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly #tools: Tools;
  readonly #spec: ProcessSpec;
  #running = true;

  private constructor(tools: Tools, spec: ProcessSpec, pid: number, exited: Promise<Exit>) {
    this.#tools = tools;
    this.#spec = spec;
    this.pid = pid;
    this.exited = exited.then((exit) => {
      this.#running = false;
      return exit;
    });
  }

  /**
   * Starts it. It ends with this node process, even if that is killed: the kernel ends `unshare`
   * with its parent, process 1 with `unshare`, and every other process of the container with it.
   *
   * @param onOutput called with each stream before anything is read of it
   * @throws StartError when the sandbox cannot be made or the program does not exist
   */
  static async start(
    tools: Tools,
    spec: ProcessSpec,
    onOutput: (stdout: Readable, stderr: Readable) => void,
  ): Promise<ContainerProcess> {
    const child = spawn(
      tools.setpriv,
      [
        ...['--pdeathsig', 'KILL', '--', tools.unshare],
        ...['--map-root-user', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child'],
        ...['--', tools.sh, script, spec.scratch, spec.hostname, spec.workingDir, tools.setpriv],
        ...spec.argv,
      ],
      // Its own session: a Ctrl-C in the terminal is for the node, which stops containers in order.
      { env: spec.env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const setup = createInterface(child.stderr)[Symbol.asyncIterator]();
    const exited = exitOf(child);
    exited.catch(() => undefined);
    const first = await nextLine(setup);
    const pid = Number(first);
    if (pid > 0) {
      onOutput(openPipe(join(spec.scratch, 'stdout')), openPipe(join(spec.scratch, 'stderr')));
    }
    const errors = pid > 0 || first === undefined ? [] : [first];
    for (;;) {
      const line = await nextLine(setup);
      if (line === 'ok') {
        const exit = Promise.all([exited, nextLine(setup)]).then(afterKill);
        return new ContainerProcess(tools, spec, pid, exit);
      }
      if (line === undefined) break;
      errors.push(line);
    }
    const { code } = await exited.catch((cause: unknown) => {
      throw new StartError(`the sandbox cannot be made: ${String(cause)}`, { cause });
    });
    throw new StartError(errors.join('; ') || `the sandbox ended with exit code ${code}`);
  }

  get running(): boolean {
    return this.#running;
  }

  /** Sends a signal, unless the process has ended. */
  kill(signal: NodeJS.Signals): void {
    if (!this.#running) return;
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /**
   * The command line and environment that run a program inside the container. It ends with the
   * process that is started by it.
   */
  enterCommand(argv: readonly string[]): { readonly file: string; readonly args: string[] } {
    const { nsenter, setpriv } = this.#tools;
    const { workingDir } = this.#spec;
    return {
      file: nsenter,
      args: [
        ...['--target', String(this.pid), '--preserve-credentials'],
        ...['--user', '--mount', '--pid', '--uts', '--ipc'],
        ...(workingDir === '/' ? [] : [`--wd=/proc/${this.pid}/root${workingDir}`]),
        ...['--', setpriv, '--pdeathsig', 'KILL', ...unprivileged, ...argv],
      ],
    };
  }

  get env(): Readonly<Record<string, string>> {
    return this.#spec.env;
  }

  /** Runs a program inside the container. */
  enter(argv: readonly string[], stdio: StdioOptions): ChildProcess {
    const { file, args } = this.enterCommand(argv);
    return spawn(file, args, { env: this.env, detached: true, stdio });
  }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      const number = signal === null ? undefined : osConstants.signals[signal];
      resolve({
        code: number === undefined ? (code ?? 255) : 128 + number,
        ...(number !== undefined && { signal: number }),
        at: Date.now(),
      });
    });
  });
}

/**
 * `unshare` ends by the signal that ended process 1, but it cannot do so by SIGKILL: it complains
 * that it cannot set a handler for that, and exits with 1.
 */
function afterKill([exit, complaint]: [Exit, string | undefined]): Exit {
  if (exit.code !== 1 || complaint === undefined) return exit;
  const { SIGKILL } = osConstants.signals;
  return { code: 128 + SIGKILL, signal: SIGKILL, at: exit.at };
}

async function nextLine(lines: AsyncIterator<string>): Promise<string | undefined> {
  const next = await lines.next();
  return next.done === true ? undefined : next.value;
}

/**
 * Opens a named pipe for reading, which lets the process that opens it for writing go on. Pipes,
 * as Node's own are sockets, of which a program cannot open /dev/stdout or /dev/stderr.
 */
function openPipe(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
