import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { coerce, gte } from 'semver';
import { PlaygroundError } from '../playground-error.ts';
import type { Reporter } from '../reporter.ts';
import { isExecutable } from './cache.ts';
import { Downloader } from './downloader.ts';
import { sourceFallback, type Fallback } from './fallback.ts';
import { installRelease } from './install-release.ts';
import { programFiles, programVariable, programVersions, type ProgramName } from './program.ts';
import { officialSites, releaseOf, type ReleaseSites } from './release.ts';

export interface ProgramsOptions {
  /** PATH and the variables that select programs. */
  readonly env: NodeJS.ProcessEnv;
  /** The cache folder. */
  readonly cache: string;
  readonly reporter: Reporter;
  /** A processor as in process.arch. @default this machine's */
  readonly arch?: string;
  /** @default the official sites */
  readonly sites?: ReleaseSites;
  /** Installs a program that no other source provides. @default builds from source or Debian */
  readonly fallback?: Fallback;
}

/**
 * Finds the playground's programs. Each program comes from the first of these sources: its
 * environment variable, PATH, the cache, the official download, a build from source (for bitcoind,
 * Debian's package). Downloaded and built programs remain in the cache.
 */
export class Programs {
  readonly #env: NodeJS.ProcessEnv;
  readonly #cache: string;
  readonly #reporter: Reporter;
  readonly #arch: string;
  readonly #sites: ReleaseSites;
  readonly #fallback: Fallback;
  readonly #downloader = new Downloader();
  readonly #found = new Map<ProgramName, Promise<string>>();
  readonly #installed = new Map<string, Promise<void>>();

  constructor(options: ProgramsOptions) {
    this.#env = options.env;
    this.#cache = options.cache;
    this.#reporter = options.reporter;
    this.#arch = options.arch ?? process.arch;
    this.#sites = options.sites ?? officialSites;
    this.#fallback =
      options.fallback ?? sourceFallback(this.#cache, this.#arch, this.#env, this.#reporter);
  }

  /**
   * Returns the absolute path of a program. bitcoin-cli is in the same folder as bitcoind.
   *
   * @throws PlaygroundError that lists why each source failed
   */
  find(name: ProgramName): Promise<string> {
    let found = this.#found.get(name);
    if (!found) {
      found = this.#search(name);
      this.#found.set(name, found);
    }
    return found;
  }

  /** Closes idle connections. */
  close(): Promise<void> {
    return this.#downloader.close();
  }

  async #search(name: ProgramName): Promise<string> {
    const tried: string[] = [];
    const found =
      (await this.#fromEnvironment(name)) ??
      (await this.#fromPath(name, tried)) ??
      (await this.#fromCache(name)) ??
      (await this.#fromDownload(name, tried)) ??
      (await this.#fromFallback(name, tried));
    if (found !== undefined) {
      this.#reporter.debug(`${name}: ${found}`);
      return found;
    }
    throw new PlaygroundError(
      [
        `${name} is not available:`,
        ...tried.map((line) => `- ${line}`),
        `Fix one of these problems, or set ${programVariable(name)}=/path/to/${name}.`,
      ].join('\n'),
    );
  }

  async #fromEnvironment(name: ProgramName): Promise<string | undefined> {
    const variable = programVariable(name);
    const path = this.#env[variable];
    if (path === undefined || path === '') return undefined;
    const files = programFiles(name);
    for (const file of files) {
      // A program that consists of one file may have any name.
      const needed = files.length === 1 ? path : join(dirname(path), file);
      if (!path.startsWith('/') || !(await isExecutable(needed))) {
        throw new PlaygroundError(
          `${variable} is ${path}, but ${needed} is not the absolute path of an executable file: correct or unset ${variable}`,
        );
      }
    }
    return path;
  }

  async #fromPath(name: ProgramName, tried: string[]): Promise<string | undefined> {
    const { args, minimum } = programVersions[name];
    for (const folder of (this.#env.PATH ?? '').split(delimiter)) {
      if (!folder.startsWith('/') || !(await this.#isComplete(name, folder))) continue;
      const path = join(folder, name);
      const options = { env: this.#env, extendEnv: false, reject: false } as const;
      const version = coerce((await execa(path, args, options)).stdout);
      if (version && gte(version, minimum)) return path;
      const actual = version?.version ?? 'an unknown version';
      const remark = `${path} is ${actual}, but ${minimum} or later is required`;
      this.#reporter.debug(remark);
      tried.push(remark);
      return undefined;
    }
    tried.push(`${programFiles(name).join(' with ')} is not on PATH`);
    return undefined;
  }

  async #fromCache(name: ProgramName): Promise<string | undefined> {
    const folders = [await this.#fallback.folder(name)];
    try {
      folders.unshift(releaseOf(name, this.#arch, this.#sites).folder);
    } catch {
      // Without releases for this processor, the cache holds none either.
    }
    for (const folder of folders) {
      const bin = join(this.#cache, folder, 'bin');
      if (await this.#isComplete(name, bin)) return join(bin, name);
    }
    return undefined;
  }

  async #fromDownload(name: ProgramName, tried: string[]): Promise<string | undefined> {
    try {
      const release = releaseOf(name, this.#arch, this.#sites);
      await installRelease(release, this.#cache, this.#downloader, this.#reporter);
      return join(this.#cache, release.folder, 'bin', name);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#reporter.debug(reason);
      tried.push(reason);
      return undefined;
    }
  }

  async #fromFallback(name: ProgramName, tried: string[]): Promise<string | undefined> {
    try {
      const folder = await this.#fallback.folder(name);
      let installed = this.#installed.get(folder);
      if (!installed) {
        installed = this.#fallback.install(name, folder);
        this.#installed.set(folder, installed);
      }
      await installed;
      return join(this.#cache, folder, 'bin', name);
    } catch (error) {
      tried.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  async #isComplete(name: ProgramName, folder: string): Promise<boolean> {
    const files = programFiles(name).map((file) => isExecutable(join(folder, file)));
    return (await Promise.all(files)).every(Boolean);
  }
}
