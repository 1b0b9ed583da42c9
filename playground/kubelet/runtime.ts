import type { ChildProcess, StdioOptions } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { ContainerProcess, type Exit } from './containers/container-process.ts';
import type { HostMounts } from './sandbox/host-mounts.ts';
import { makePodRoot, type PodRootSpec } from './sandbox/pod-root.ts';
import type { Tools } from './sandbox/tools.ts';

/** One start of a container. */
export interface StartRequest extends PodRootSpec {
  /** Folder on the host for this start alone; what is in it is erased. */
  readonly scratch: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Called with the streams before anything is read of them. */
  readonly onOutput: (stdout: Readable, stderr: Readable) => void;
}

/** A container that runs. */
export interface RunningContainer {
  readonly running: boolean;
  readonly exited: Promise<Exit>;
  readonly env: Readonly<Record<string, string>>;
  /** Sends a signal to process 1 of the container, unless it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** The host's command line that runs a program inside the container. */
  enterCommand(argv: readonly string[]): { readonly file: string; readonly args: string[] };
  /** Runs a program inside the container. */
  enter(argv: readonly string[], stdio: StdioOptions): ChildProcess;
}

/** Starts containers. */
export interface Runtime {
  /** @throws StartError */
  start(request: StartRequest): Promise<RunningContainer>;
}

/** Containers as processes of this machine, each in a root and namespaces of its own. */
export class SandboxRuntime implements Runtime {
  readonly #tools: Tools;
  readonly #host: HostMounts;

  constructor(tools: Tools, host: HostMounts) {
    this.#tools = tools;
    this.#host = host;
  }

  async start(request: StartRequest): Promise<RunningContainer> {
    const { scratch, hostname, workingDir, argv, env, onOutput } = request;
    await rm(scratch, { recursive: true, force: true });
    await mkdir(scratch, { recursive: true });
    await makePodRoot(scratch, request, this.#host);
    const spec = { scratch, hostname, workingDir, argv, env };
    return ContainerProcess.start(this.#tools, spec, onOutput);
  }
}
