import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mount } from '../runtime/runtime.ts';

/** The programs that the playground runs in place of an image. */
export interface Image {
  /** Read-only folders and files of the host. */
  readonly mounts: readonly Mount[];
  /** Symbolic links, by their path in the container. */
  readonly links: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
}

export interface ImageTableOptions {
  /** The folder with bitcoind and bitcoin-cli. Pods see its parent at the same path. */
  readonly bitcoinBin: string;
  /** The folder for /app in the controller's image. Its entries may be symbolic links. */
  readonly appDir: string;
  readonly nodeBin: string;
  /** The name of the controller's image. */
  readonly controllerImage: string;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** The programs' folder in docker.io/bitcoin/bitcoin. */
const imageBin = '/opt/bitcoin/bin';

/** Returns a function that maps an image reference to its programs, or to undefined. */
export function imageTable(options: ImageTableOptions): (reference: string) => Image | undefined {
  const { bitcoinBin } = options;
  const prefix = dirname(bitcoinBin);
  const bitcoin: Image = {
    mounts: isInEveryRoot(prefix) ? [] : [{ source: prefix, target: prefix, readOnly: true }],
    links: Object.fromEntries(
      ['bitcoind', 'bitcoin-cli'].map((program) => [
        `${imageBin}/${program}`,
        `${bitcoinBin}/${program}`,
      ]),
    ),
    entrypoint: [],
    command: ['bitcoind'],
    env: { PATH: `${imageBin}:${path}` },
    workingDir: '/',
  };
  const controller: Image = {
    mounts: [
      ...appMounts(options.appDir),
      { source: options.nodeBin, target: '/usr/local/bin/node', readOnly: true },
    ],
    links: {},
    entrypoint: ['node'],
    command: [],
    env: { PATH: path },
    workingDir: '/app',
  };
  const controllerRepository = repository(options.controllerImage);
  return (reference) => {
    const name = repository(reference);
    if (name === 'docker.io/bitcoin/bitcoin') return bitcoin;
    if (name === controllerRepository) return controller;
    return undefined;
  };
}

/** One mount for each entry, because the folder's symbolic links point outside the root. */
function appMounts(appDir: string): Mount[] {
  return readdirSync(appDir).map((name) => ({
    source: realpathSync(join(appDir, name)),
    target: `/app/${name}`,
    readOnly: true,
  }));
}

/** Whether every container sees a folder of the host anyway. */
function isInEveryRoot(folder: string): boolean {
  if (folder === '/') return true;
  return /^\/(usr|bin|sbin|lib|lib64)(\/|$)/.test(folder) && !/^\/usr\/local(\/|$)/.test(folder);
}

/**
 * The full repository of an image reference, without tag and digest. As in a container runtime, the
 * default registry is docker.io and its default folder is `library`.
 */
export function repository(reference: string): string {
  const [name = ''] = reference.split('@');
  const untagged = name.replace(/:[^:/]*$/, '');
  const [host = '', ...rest] = untagged.split('/');
  if (rest.length === 0) return `docker.io/library/${untagged}`;
  const isHost = host.includes('.') || host.includes(':') || host === 'localhost';
  return isHost ? untagged : `docker.io/${untagged}`;
}
