import { readFileSync } from 'node:fs';

/**
 * Flags that a process in a user namespace must repeat when it makes a bind mount read-only: the
 * kernel locks them and refuses a remount that would clear one (mount_namespaces(7)).
 */
const locked = ['nosuid', 'nodev', 'noexec'];

/** The mounts of this machine as the node sees them. */
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
      // A later line covers an earlier one of the same target.
      if (holds && mount.target.length >= (best?.target.length ?? 0)) best = mount;
    }
    return best?.flags ?? [];
  }
}

/** mountinfo and fstab write blanks and backslashes as octal. */
function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(parseInt(octal, 8)),
  );
}
