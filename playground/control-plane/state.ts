import { mkdir, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { PlaygroundError } from '../playground-error.ts';

/** The folders and files of a playground's state. */
export interface State {
  /** The absolute path of the whole. */
  readonly folder: string;
  /** etcd's data: every object of the cluster. */
  readonly etcd: string;
  /** The socket that etcd listens on; the folder's mode keeps other users out. */
  readonly etcdSocket: string;
  /** Keys and certificates. */
  readonly pki: string;
  /** A log file for each server. */
  readonly logs: string;
  /** The kubeconfigs that servers use. */
  readonly config: string;
  /** What the virtual node keeps: pods and their volumes. */
  readonly node: string;
  /** What the controller's image shows at /app. */
  readonly app: string;
  /** What Node.js compiled of the virtual node's program. */
  readonly compileCache: string;
  /** What kubectl remembers about the API. */
  readonly kubectlCache: string;
  /** Exists once the example network was created, so that a deleted one stays deleted. */
  readonly exampleCreated: string;
  /** The administrator's kubeconfig, for people. */
  readonly kubeconfig: string;
}

/** Characters that fit in a socket's path on Linux. */
const longestSocketPath = 107;

/** $XDG_STATE_HOME/bitcoin-controller/playground, or the same in ~/.local/state. */
export function defaultStateFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_STATE_HOME;
  return join(
    base !== undefined && base !== '' ? resolve(base) : join(homedir(), '.local/state'),
    'bitcoin-controller/playground',
  );
}

/** The layout of the state in a folder. */
export function stateIn(path: string): State {
  const folder = resolve(path);
  const etcdSocket = join(folder, 'etcd.sock');
  if (Buffer.byteLength(etcdSocket) > longestSocketPath) {
    throw new PlaygroundError(
      `the path of the state folder ${folder} is too long for a socket in it: choose another with --state DIR`,
    );
  }
  return {
    folder,
    etcd: join(folder, 'etcd'),
    etcdSocket,
    pki: join(folder, 'pki'),
    logs: join(folder, 'logs'),
    config: join(folder, 'config'),
    node: join(folder, 'node'),
    compileCache: join(folder, 'compile-cache'),
    app: join(folder, 'app'),
    kubectlCache: join(folder, 'kubectl-cache'),
    exampleCreated: join(folder, 'example-created'),
    kubeconfig: join(folder, 'kubeconfig'),
  };
}

/** Makes the folders that are missing, readable by their owner alone. */
export async function createState(state: State): Promise<void> {
  for (const folder of [
    state.folder,
    state.etcd,
    state.logs,
    state.config,
    state.node,
    state.app,
  ]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
}

/**
 * Erases a state. Nothing may run on it.
 *
 * @throws PlaygroundError, having erased nothing, if the folder holds anything else
 */
export async function eraseState(state: State): Promise<void> {
  const ours = new Set(Object.values(state as unknown as Record<string, string>));
  const entries = await readdir(state.folder).catch(() => []);
  const foreign = entries.filter((name) => !ours.has(join(state.folder, name)));
  if (foreign.length > 0) {
    throw new PlaygroundError(
      `${state.folder} holds ${foreign.join(', ')}, which a playground did not make: nothing was erased`,
    );
  }
  await rm(state.folder, { recursive: true, force: true });
}
