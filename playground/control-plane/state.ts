import { mkdir, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { PlaygroundError } from '../playground-error.ts';

/** The folders and files of a playground's state. */
export interface State {
  /** The absolute path of the state folder. */
  readonly folder: string;
  /** etcd's data, with all objects of the cluster. */
  readonly etcd: string;
  /** The socket that etcd listens on. The mode of the state folder excludes other users. */
  readonly etcdSocket: string;
  /** Keys and certificates. */
  readonly pki: string;
  /** One log file for each server and for the kubelet. */
  readonly logs: string;
  /** The kubeconfigs of the servers and of the kubelet. */
  readonly config: string;
  /** The kubelet's state: the files of pods. */
  readonly node: string;
  /** The folder for /app in the controller's image. */
  readonly app: string;
  /** Node.js's compile cache of the kubelet. */
  readonly compileCache: string;
  /** kubectl's discovery cache. */
  readonly kubectlCache: string;
  /** Exists after the example network was created, so that it is not created again. */
  readonly exampleCreated: string;
  /** The administrator's kubeconfig. */
  readonly kubeconfig: string;
}

/** The maximum length of a socket's path on Linux. */
const longestSocketPath = 107;

/** The default state folder: bitcoin-controller/playground in $XDG_STATE_HOME or ~/.local/state. */
export function defaultStateFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_STATE_HOME;
  return join(
    base !== undefined && base !== '' ? resolve(base) : join(homedir(), '.local/state'),
    'bitcoin-controller/playground',
  );
}

/** The layout of a state folder. @throws PlaygroundError if the path is too long for a socket */
export function stateIn(path: string): State {
  const folder = resolve(path);
  const etcdSocket = join(folder, 'etcd.sock');
  if (Buffer.byteLength(etcdSocket) > longestSocketPath) {
    throw new PlaygroundError(
      `the path of the state folder ${folder} is too long for a socket: choose a shorter path with --state DIR`,
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

/** Creates the missing folders. Only the owner can read them. */
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
 * Erases a state, which no process may use.
 *
 * @throws PlaygroundError without erasing anything if the folder contains other files
 */
export async function eraseState(state: State): Promise<void> {
  const own = new Set(Object.values(state as unknown as Record<string, string>));
  const entries = await readdir(state.folder).catch(() => []);
  const foreign = entries.filter((name) => !own.has(join(state.folder, name)));
  if (foreign.length > 0) {
    throw new PlaygroundError(
      `${state.folder} contains files that are not the playground's (${foreign.join(', ')}), so nothing was erased: move them, or choose another state with --state DIR`,
    );
  }
  await rm(state.folder, { recursive: true, force: true });
}
