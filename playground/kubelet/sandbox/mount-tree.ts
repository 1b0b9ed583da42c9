import { lstat, mkdir, open, readdir, readlink, realpath, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Mount } from '../runtime/runtime.ts';
import type { HostMounts } from './host-mounts.ts';

interface Layer extends Mount {
  /** Whether mount points may be created in the source because it belongs to the pod. */
  readonly owned: boolean;
}

/**
 * Composes a container's root from folders of the host and of the pod, and lists the mounts.
 *
 * Mount points are created before anything is mounted. In the pod's own folders, they are created
 * directly. Within a folder of the host (for example /usr/local/bin/bitcoin-cli, where /usr is the
 * host's), a private folder covers the nearest existing folder and holds symbolic links to the
 * host's entries.
 */
export class MountTree {
  readonly #scratch: string;
  readonly #layers: Layer[];
  readonly #links = new Map<string, string>();
  #coverCount = 0;

  /** @param scratch an empty folder on the host; the root is `scratch/root` */
  constructor(scratch: string, options: { readonly readOnly: boolean }) {
    this.#scratch = scratch;
    this.#layers = [{ source: this.root, target: '/', readOnly: options.readOnly, owned: true }];
  }

  get root(): string {
    return join(this.#scratch, 'root');
  }

  /** Creates a folder if it does not exist. */
  async folder(path: string): Promise<void> {
    await this.#point(path, 'folder');
  }

  /** Creates a symbolic link. Later paths that contain the link are resolved. */
  async link(path: string, to: string): Promise<void> {
    const { layer, inner } = this.#locate(path);
    await mkdir(dirname(inner), { recursive: true });
    await symlink(to, inner);
    if (layer.target === '/') this.#links.set(path, join(dirname(path), to));
  }

  /** Creates a file; its folder must be the pod's own. */
  async file(path: string, content: string): Promise<void> {
    const { inner } = this.#locate(path);
    await mkdir(dirname(inner), { recursive: true });
    const file = await open(inner, 'w');
    await file.writeFile(content);
    await file.close();
  }

  /**
   * Mounts a folder or file.
   *
   * @param owned whether other mounts may create their mount points in it
   * @throws Error if the source does not exist
   */
  async bind(mount: Mount, owned: boolean): Promise<void> {
    const source = await realpath(mount.source);
    const target = this.#resolve(mount.target);
    await this.#point(target, (await stat(source)).isDirectory() ? 'folder' : 'file');
    this.#layers.push({ source, target, readOnly: mount.readOnly, owned });
  }

  /** The input of `mount --all --fstab`, without the special file systems. */
  fstab(host: HostMounts): string {
    return this.#layers
      .map(({ source, target, readOnly }) => {
        const flags = readOnly ? ['ro', ...host.lockedFlags(source)] : [];
        return fstabLine(source, join(this.root, target), 'none', ['rbind', ...flags]);
      })
      .join('');
  }

  #resolve(path: string): string {
    for (const [link, to] of this.#links) {
      if (`${path}/`.startsWith(`${link}/`)) return join(to, path.slice(link.length));
    }
    return path;
  }

  #locate(path: string): { readonly layer: Layer; readonly inner: string } {
    const layer = this.#layers.findLast(
      ({ target }) => target === '/' || `${path}/`.startsWith(`${target}/`),
    )!;
    return { layer, inner: join(layer.source, relative(layer.target, path)) };
  }

  async #point(path: string, kind: 'file' | 'folder'): Promise<void> {
    const { layer, inner } = this.#locate(path);
    if (!layer.owned && (await this.#coverHost(layer, path, kind))) {
      await this.#point(path, kind);
      return;
    }
    if (!layer.owned) return;
    if (kind === 'folder') {
      await mkdir(inner, { recursive: true });
    } else {
      await mkdir(dirname(inner), { recursive: true });
      await (await open(inner, 'a')).close();
    }
  }

  /** @returns whether a private folder now covers a folder of the host */
  async #coverHost(layer: Layer, path: string, kind: 'file' | 'folder'): Promise<boolean> {
    const names = relative(layer.target, path).split('/').filter(Boolean);
    let folder = layer.source;
    for (const [index, name] of names.entries()) {
      const found = await lstat(join(folder, name)).catch(() => undefined);
      const wanted = index < names.length - 1 ? 'folder' : kind;
      if (wanted === 'folder' ? found?.isDirectory() : found?.isFile()) {
        folder = join(folder, name);
        continue;
      }
      await this.#cover(folder, join(layer.target, ...names.slice(0, index)), name);
      return true;
    }
    return false;
  }

  async #cover(source: string, target: string, hidden: string): Promise<void> {
    const id = String(this.#coverCount++);
    const lower = join('/.lower', id);
    const cover = join(this.#scratch, 'covers', id);
    await mkdir(cover, { recursive: true });
    for (const entry of await readdir(source, { withFileTypes: true })) {
      if (entry.name === hidden) continue;
      const to = entry.isSymbolicLink()
        ? await readlink(join(source, entry.name))
        : join(lower, entry.name);
      await symlink(to, join(cover, entry.name));
    }
    await this.bind({ source, target: lower, readOnly: true }, false);
    this.#layers.push({ source: cover, target, readOnly: true, owned: true });
  }
}

/** A line of fstab(5). */
export function fstabLine(
  source: string,
  target: string,
  type: string,
  options: readonly string[],
): string {
  return `${[source, target, type, options.join(',')].map(escape).join(' ')} 0 0\n`;
}

function escape(text: string): string {
  return text.replaceAll(
    /[\s\\#]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
