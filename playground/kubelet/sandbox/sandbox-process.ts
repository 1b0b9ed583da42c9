import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants as osConstants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { StartError, type Exit, type RunningContainer } from '../runtime/runtime.ts';
import type { Tools } from './tools.ts';

/** A program to run in a root that `createRoot` has prepared. */
export interface ProcessSpec {
  /** The folder that holds the root and its fstab. */
  readonly scratch: string;
  readonly hostname: string;
  readonly workingDir: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const script = join(import.meta.dirname, 'sandbox.sh');
/** User 0 of a container has no capabilities. */
const unprivileged = ['--nnp', '--inh-caps=-all', '--bounding-set=-all', '--'];

/** A container's main process: process 1 of its own user, mount, pid, uts and ipc namespaces. */
export class SandboxProcess implements RunningContainer {
  /** The process id on the machine. */
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
   * Starts a program. It does not outlive this process, even if this process is killed: the kernel
   * kills `unshare` with its parent, process 1 with `unshare`, and every other process of the
   * container with process 1.
   *
   * @param onOutput called with both streams before anything is read from them
   * @throws StartError if the sandbox cannot be created or the program does not exist
   */
  static async start(
    tools: Tools,
    spec: ProcessSpec,
    onOutput: (stdout: Readable, stderr: Readable) => void,
  ): Promise<SandboxProcess> {
    const child = spawn(
      tools.setpriv,
      [
        ...['--pdeathsig', 'KILL', '--', tools.unshare],
        ...['--map-root-user', '--mount', '--pid', '--uts', '--ipc', '--fork', '--kill-child'],
        ...['--', tools.sh, script, spec.scratch, spec.hostname, spec.workingDir, tools.setpriv],
        ...spec.argv,
      ],
      // In its own session, the container does not receive Ctrl-C; the kubelet stops containers in
      // order.
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
        return new SandboxProcess(tools, spec, pid, exit);
      }
      if (line === undefined) break;
      errors.push(line);
    }
    const { code } = await exited.catch((cause: unknown) => {
      throw new StartError(`failed to create the sandbox: ${String(cause)}`, { cause });
    });
    throw new StartError(errors.join('; ') || `the sandbox exited with code ${code}`);
  }

  get running(): boolean {
    return this.#running;
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#running) return;
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** The program that the command line runs does not outlive its parent on the host. */
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
 * `unshare` ends with the signal that ended process 1, except for SIGKILL: it then prints that it
 * cannot set a signal handler and exits with code 1.
 */
function afterKill([exit, error]: [Exit, string | undefined]): Exit {
  if (exit.code !== 1 || error === undefined) return exit;
  const { SIGKILL } = osConstants.signals;
  return { code: 128 + SIGKILL, signal: SIGKILL, at: exit.at };
}

async function nextLine(lines: AsyncIterator<string>): Promise<string | undefined> {
  const next = await lines.next();
  return next.done === true ? undefined : next.value;
}

/**
 * Opens a named pipe for reading, which unblocks the process that opens it for writing. Node.js
 * connects children by sockets, and a program whose output is a socket cannot open /dev/stdout or
 * /dev/stderr.
 */
function openPipe(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
