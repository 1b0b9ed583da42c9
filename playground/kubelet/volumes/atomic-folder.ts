import {
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Payload } from './payload.ts';

/**
 * A folder whose files are replaced atomically, as in a kubelet: `..data` is a symbolic link to a
 * folder named after the time, and each file is a symbolic link through `..data`. A reader that
 * opens files through `..data` never sees a mixture of two versions.
 */
export class AtomicFolder {
  readonly path: string;
  #current: Payload | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Replaces the files. @returns whether the payload differs from the previous one */
  async write(payload: Payload): Promise<boolean> {
    if (this.#current && samePayload(this.#current, payload)) return false;
    await mkdir(this.path, { recursive: true });
    const stamp = new Date().toISOString().replaceAll(/[-:]/g, '_').slice(0, 19);
    const version = await mkdtemp(join(this.path, `..${stamp}.`));
    for (const [path, { content, mode }] of payload) {
      const file = join(version, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content, { mode });
    }
    const old = await readlink(join(this.path, '..data')).catch(() => undefined);
    await symlink(basename(version), join(this.path, '..data_tmp'));
    await rename(join(this.path, '..data_tmp'), join(this.path, '..data'));
    await this.#link(new Set([...payload.keys()].map((path) => path.split('/')[0]!)));
    if (old !== undefined) await rm(join(this.path, old), { recursive: true, force: true });
    this.#current = payload;
    return true;
  }

  async #link(names: ReadonlySet<string>): Promise<void> {
    const present = new Set(await readdir(this.path));
    for (const name of names) {
      if (!present.has(name)) await symlink(join('..data', name), join(this.path, name));
    }
    for (const name of present) {
      if (!name.startsWith('..') && !names.has(name)) await rm(join(this.path, name));
    }
  }
}

function samePayload(a: Payload, b: Payload): boolean {
  if (a.size !== b.size) return false;
  for (const [path, file] of a) {
    const other = b.get(path);
    if (other?.mode !== file.mode || !Buffer.from(file.content).equals(other.content)) return false;
  }
  return true;
}
