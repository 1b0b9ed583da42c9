import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { OLD_ROOT } from './pod-root.ts';
import type { Tools } from './tools.ts';

/** What a container runs, in a root that {@link makePodRoot} made. */
export interface ProcessSpec {
  readonly root: string;
  readonly fstab: string;
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

/**
 * Runs as process 1 of the new namespaces, with what goes wrong on stderr, and becomes the
 * container's program. It takes the container's stderr as descriptor 3. /proc is still the
 * machine's when it says by which id the node knows it.
 *
 * $1 fstab, $2 root, $3 host name, $4 working directory, the rest is the program.
 */
function setupScript(tools: Tools): string {
  return `
read -r pid rest </proc/self/stat && echo "$pid" >&2
${tools.mount} -n -a -T "$1" || exit 125
${tools.hostname} "$3"
cd "$2" && ${tools.pivotRoot} . ${OLD_ROOT} && ${tools.umount} -l /${OLD_ROOT} && cd "$4" || exit 125
shift 4
command -v -- "$1" >/dev/null || { echo "exec: \\"$1\\": executable file not found in \\$PATH" >&2; exit 127; }
echo ok >&2
exec ${unprivileged(tools).join(' ')} "$@" 2>&3 3>&-
`;
}

/** User 0 of a container has no capability: it can neither mount nor write read-only mounts. */
function unprivileged(tools: Tools): readonly string[] {
  return [tools.setpriv, '--nnp', '--inh-caps=-all', '--bounding-set=-all', '--'];
}

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
        ...['--', tools.sh, '-c', setupScript(tools), 'sandbox'],
        ...[spec.fstab, spec.root, spec.hostname, spec.workingDir, ...spec.argv],
      ],
      // Its own session: a Ctrl-C in the terminal is for the node, which stops containers in order.
      { env: spec.env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
    );
    const [, stdout, setup, stderr] = child.stdio as unknown as [
      null,
      Readable,
      Readable,
      Readable,
    ];
    onOutput(stdout, stderr);
    const exited = new Promise<Exit>((resolve, reject) => {
      child.on('error', reject);
      // Not `close`: a process that left its container's main process behind may hold the streams.
      child.on('exit', (code, signal) => {
        const number = signal === null ? undefined : constants.signals[signal];
        resolve({
          code: number === undefined ? (code ?? 255) : 128 + number,
          ...(number !== undefined && { signal: number }),
          at: Date.now(),
        });
      });
    });
    exited.catch(() => undefined);
    const { ok, lines } = await readSetup(setup);
    if (!ok) {
      await exited.catch((cause: unknown) => {
        throw new StartError(`the sandbox cannot be made: ${String(cause)}`, { cause });
      });
      throw new StartError(lines.slice(/^\d+$/.test(lines[0] ?? '') ? 1 : 0).join('; '));
    }
    return new ContainerProcess(tools, spec, Number(lines[0]), exited);
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
    const { nsenter } = this.#tools;
    const [setpriv, ...privileges] = unprivileged(this.#tools);
    const { workingDir } = this.#spec;
    return {
      file: nsenter,
      args: [
        ...['--target', String(this.pid), '--preserve-credentials'],
        ...['--user', '--mount', '--pid', '--uts', '--ipc'],
        ...(workingDir === '/' ? [] : [`--wd=/proc/${this.pid}/root${workingDir}`]),
        ...['--', setpriv!, '--pdeathsig', 'KILL', ...privileges, ...argv],
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

/** Reads what the script says, up to its `ok`: `unshare` keeps the stream open while it waits. */
async function readSetup(
  stream: Readable,
): Promise<{ readonly ok: boolean; readonly lines: readonly string[] }> {
  const lines: string[] = [];
  for await (const line of createInterface(stream)) {
    if (line === 'ok') return { ok: true, lines };
    lines.push(line);
  }
  return { ok: false, lines };
}
