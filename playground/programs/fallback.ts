import type { Reporter } from '../reporter.ts';
import { debianBitcoindFolder, installDebianBitcoind } from './debian-bitcoind.ts';
import { buildServers, builtPrograms, serversFolder } from './go-build.ts';
import type { ProgramName } from './program.ts';

/** The last source of programs. */
export interface Fallback {
  /** The cache folder that holds a program. */
  folder(name: ProgramName): Promise<string>;
  /** Creates that folder. Called once for each folder. */
  install(name: ProgramName, folder: string): Promise<void>;
}

/** Builds the servers with Go, and installs Debian's bitcoind. */
export function sourceFallback(
  cache: string,
  arch: string,
  env: NodeJS.ProcessEnv,
  reporter: Reporter,
): Fallback {
  return {
    folder: async (name) =>
      builtPrograms.includes(name) ? serversFolder(arch) : debianBitcoindFolder(arch),
    install: (name, folder) =>
      builtPrograms.includes(name)
        ? buildServers(cache, folder, env, reporter)
        : installDebianBitcoind(cache, folder, env, reporter),
  };
}
