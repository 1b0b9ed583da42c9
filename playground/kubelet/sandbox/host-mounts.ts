import { readFileSync } from 'node:fs';

/**
 * Mount flags that the kernel locks in a user namespace: it rejects a read-only remount that would
 * clear one of them, so the remount must repeat them. See mount_namespaces(7).
 */
const locked = ['nosuid', 'nodev', 'noexec'];

/** The mounts of this machine. */
export class HostMounts {
  readonly #flags: readonly { readonly target: string; readonly flags: readonly string[] }[];

  /** @param mountinfo text in the format of /proc/self/mountinfo */
  constructor(mountinfo: string) {
    this.#flags = mountinfo
      .split('\n')
      .map((line) => line.split(' '))
      .filter((fields) => fields.length > 5)
      .map((fields) => ({
        target: unescape(fields[4]!),
        flags: fields[5]!.split(',').filter((flag) => locked.includes(flag)),
      }));
  }

  static read(): HostMounts {
    return new HostMounts(readFileSync('/proc/self/mountinfo', 'utf8'));
  }

  /** The locked flags of the mount that holds `path` (absolute, without symbolic links). */
  lockedFlags(path: string): readonly string[] {
    let best: { readonly target: string; readonly flags: readonly string[] } | undefined;
    for (const mount of this.#flags) {
      const holds = mount.target === '/' || `${path}/`.startsWith(`${mount.target}/`);
      // A later mount on the same target hides an earlier one.
      if (holds && mount.target.length >= (best?.target.length ?? 0)) best = mount;
    }
    return best?.flags ?? [];
  }
}

/** Decodes the octal escapes of blanks and backslashes in mountinfo. */
function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(parseInt(octal, 8)),
  );
}
