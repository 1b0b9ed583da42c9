import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bind } from '../sandbox/mount-tree.ts';

/** What a playground's node has in place of an image. */
export interface Image {
  /** Read-only folders and files of the host. */
  readonly binds: readonly Bind[];
  /** Symbolic links, by their path in the pod. */
  readonly links: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string;
}

export interface ImageTableOptions {
  /** Folder with bitcoind and bitcoin-cli. Its parent is shown in pods at the same path. */
  readonly bitcoinBin: string;
  /** Folder that is /app in the controller's image. Its entries may be symbolic links to anywhere. */
  readonly appDir: string;
  readonly nodeBin: string;
  /** Name of the controller's image. */
  readonly controllerImage: string;
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Where the image docker.io/bitcoin/bitcoin keeps its programs. */
const imageBin = '/opt/bitcoin/bin';

/** The table of images: every image a pod can name here, and the programs that stand for it. */
export function imageTable(options: ImageTableOptions): (reference: string) => Image | undefined {
  const { bitcoinBin } = options;
  const prefix = dirname(bitcoinBin);
  const bitcoin: Image = {
    binds: isInEveryRoot(prefix) ? [] : [{ source: prefix, target: prefix, readOnly: true }],
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
    binds: [
      ...appBinds(options.appDir),
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

/** A link of the folder leads out of the pod's root, so each entry is shown by itself. */
function appBinds(appDir: string): Bind[] {
  return readdirSync(appDir).map((name) => ({
    source: realpathSync(join(appDir, name)),
    target: `/app/${name}`,
    readOnly: true,
  }));
}

/** Folders of the host that every pod's root shows anyway. */
function isInEveryRoot(folder: string): boolean {
  if (folder === '/') return true;
  return /^\/(usr|bin|sbin|lib|lib64)(\/|$)/.test(folder) && !/^\/usr\/local(\/|$)/.test(folder);
}

/**
 * The full repository of an image reference, as a container runtime completes it: without tag and
 * digest, on docker.io and in its folder `library` unless it says otherwise.
 */
export function repository(reference: string): string {
  const [name = ''] = reference.split('@');
  const untagged = name.replace(/:[^:/]*$/, '');
  const [host = '', ...rest] = untagged.split('/');
  if (rest.length === 0) return `docker.io/library/${untagged}`;
  const isHost = host.includes('.') || host.includes(':') || host === 'localhost';
  return isHost ? untagged : `docker.io/${untagged}`;
}
