import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const folders = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'];

/** Absolute paths of the programs that start and enter a container. */
export interface Tools {
  readonly sh: string;
  readonly unshare: string;
  readonly nsenter: string;
  readonly setpriv: string;
}

/** @throws Error that names the first missing program, including those that sandbox.sh runs */
export function findTools(): Tools {
  for (const program of ['mkfifo', 'mount', 'umount', 'pivot_root']) find(program);
  return {
    sh: find('sh'),
    unshare: find('unshare'),
    nsenter: find('nsenter'),
    setpriv: find('setpriv'),
  };
}

function find(program: string): string {
  const path = folders
    .map((folder) => join(folder, program))
    .find((candidate) => {
      try {
        accessSync(candidate, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  if (path === undefined) {
    throw new Error(
      `${program} is missing in ${folders.join(', ')}: install util-linux and coreutils`,
    );
  }
  return path;
}
