import type { ChildProcess, StdioOptions } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A folder or file of the host that a container sees. */
export interface Mount {
  readonly source: string;
  /** Absolute path in the container. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** The file system of one start of a container. */
export interface RootSpec {
  /** The image's read-only folders and files. */
  readonly imageMounts: readonly Mount[];
  /** The image's symbolic links, by their path in the container. */
  readonly links: Readonly<Record<string, string>>;
  readonly readOnly: boolean;
  readonly workingDir: string;
  readonly hostname: string;
  /** The pod's /etc/hosts on the host. Containers see changes that are written in place. */
  readonly hostsFile: string;
  /** Volumes and the termination message; a mount follows the mount that contains it. */
  readonly mounts: readonly Mount[];
}

/** One start of a container. */
export interface StartRequest extends RootSpec {
  /** A folder on the host for this start only. Its previous content is erased. */
  readonly scratch: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Called with the streams before anything is read from them. */
  readonly onOutput: (stdout: Readable, stderr: Readable) => void;
}

/** How a container's process exited. */
export interface Exit {
  /** The exit code as a shell reports it: 128 plus the signal's number after a signal. */
  readonly code: number;
  /** The number of the signal that ended the process, if one did. */
  readonly signal?: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A running container. */
export interface RunningContainer {
  readonly running: boolean;
  readonly exited: Promise<Exit>;
  readonly env: Readonly<Record<string, string>>;
  /** Sends a signal to process 1 of the container. Does nothing after the process has exited. */
  kill(signal: NodeJS.Signals): void;
  /** The host's command line that runs a program inside the container. */
  enterCommand(argv: readonly string[]): { readonly file: string; readonly args: string[] };
  /** Runs a program inside the container. */
  enter(argv: readonly string[], stdio: StdioOptions): ChildProcess;
}

/** Starts containers, like a runtime behind the Container Runtime Interface. */
export interface Runtime {
  /** @throws StartError if the program cannot be started */
  start(request: StartRequest): Promise<RunningContainer>;
}

/** The program of a container could not be started. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
