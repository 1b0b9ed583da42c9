import { access, chmod, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder for programs: bitcoin-controller in $XDG_CACHE_HOME or ~/.cache. */
export function defaultCacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME;
  return join(
    base !== undefined && base !== '' ? resolve(base) : join(homedir(), '.cache'),
    'bitcoin-controller',
  );
}

/** Whether a file exists and is executable. */
export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Creates a folder of the cache atomically: `fill` works in a temporary folder, which is renamed
 * when it is complete. If two processes create the same folder, the first result remains.
 *
 * @param fill receives the temporary folder, which contains an empty folder bin
 */
export async function createCacheFolder(
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
