import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'];

/** Absolute paths of the programs a sandbox is made with; all stand in every pod's root as well. */
export interface Tools {
  readonly sh: string;
  readonly unshare: string;
  readonly nsenter: string;
  readonly setpriv: string;
  readonly mount: string;
  readonly umount: string;
  readonly pivotRoot: string;
  /** `true` where there is no `hostname`: then pods keep the machine's name. */
  readonly hostname: string;
}

/** @throws Error that names a missing program and the package that has it */
export function findTools(): Tools {
  return {
    sh: find('sh'),
    unshare: find('unshare'),
    nsenter: find('nsenter'),
    setpriv: find('setpriv'),
    mount: find('mount'),
    umount: find('umount'),
    pivotRoot: find('pivot_root'),
    hostname: look('hostname') ?? find('true'),
  };
}

function find(program: string): string {
  const path = look(program);
  if (path === undefined) {
    throw new Error(
      `${program} is not in ${FOLDERS.join(', ')}: install util-linux (and mount, if your distribution splits it)`,
    );
  }
  return path;
}

function look(program: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, program)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
