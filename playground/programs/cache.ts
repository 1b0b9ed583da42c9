import { access, chmod, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where programs are kept: $XDG_CACHE_HOME/bitcoin-controller, or the same in ~/.cache. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME;
  return join(
    base !== undefined && base !== '' ? resolve(base) : join(homedir(), '.cache'),
    'bitcoin-controller',
  );
}

/** Whether a file exists and may be run. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Makes a folder of the cache as a whole: `fill` works in a temporary folder beside it, which is
 * renamed when it is complete. Where two do it at the same time, the first one's stays.
 *
 * @param fill gets the temporary folder, which holds an empty folder bin
 */
export async function makeCacheFolder(
  cache: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, `.${name}-`));
  try {
    await chmod(work, 0o755);
    await mkdir(join(work, 'bin'));
    await fill(work);
    await rename(work, join(cache, name)).catch((error: unknown) => {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
