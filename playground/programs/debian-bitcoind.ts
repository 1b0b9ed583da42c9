import { join } from 'node:path';
import { execa } from 'execa';
import { describeFailure } from '../command-failure.ts';
import { PlaygroundError } from '../playground-error.ts';
import { showProgress, type Reporter } from '../reporter.ts';
import { createCacheFolder } from './cache.ts';

const script = join(import.meta.dirname, 'debian-bitcoind.sh');

/** The cache folder of Debian's bitcoin-knots. */
export function debianBitcoindFolder(arch: string): string {
  return `bitcoin-knots-${arch}`;
}

/**
 * Downloads Debian's bitcoin-knots into the cache.
 *
 * @param env the environment of the script
 * @throws PlaygroundError if the machine has no Debian mirror or the mirror lacks the package
 */
export async function installDebianBitcoind(
  cache: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  reporter: Reporter,
): Promise<void> {
  await showProgress(reporter, "installing Debian's bitcoin-knots", (detail) =>
    createCacheFolder(cache, folder, async (target) => {
      try {
        const run = execa('sh', [script, target, join(cache, folder)], { env, extendEnv: false });
        for await (const line of run.iterable({ from: 'stdout' })) detail(line);
        await run;
      } catch (cause) {
        const message = `failed to install Debian's bitcoin-knots: ${describeFailure(cause)}`;
        throw new PlaygroundError(message, { cause });
      }
    }),
  );
}
