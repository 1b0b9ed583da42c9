import { delimiter, dirname, join } from 'node:path';
import { runCommand } from '../command.ts';
import { PlaygroundError } from '../playground-error.ts';
import type { Reporter } from '../reporter.ts';
import { isExecutable } from './cache.ts';
import { debianBitcoindFolder, installDebianBitcoind } from './debian-bitcoind.ts';
import { Downloader } from './downloader.ts';
import { buildServers, builtPrograms, serversFolder } from './go-build.ts';
import { installRelease } from './install-release.ts';
import { programFiles, programVariable, programVersions, type ProgramName } from './program.ts';
import { officialSites, releaseOf, type ReleaseSites } from './release.ts';
import { formatVersion, isAtLeast, parseVersion } from './version.ts';

/** Where programs are looked for. */
export interface ProgramsOptions {
  /** Holds PATH and the variables that name programs. */
  readonly env: NodeJS.ProcessEnv;
  /** The cache folder. */
  readonly cache: string;
  readonly reporter: Reporter;
  /** As process.arch names it. @default this machine's */
  readonly arch?: string;
  /** @default the projects' own sites */
  readonly sites?: ReleaseSites;
  /** What is left when nothing else has a program: builds or unpacks it into the cache. */
  readonly lastResort?: LastResort;
}

/** The last road to a program. */
export interface LastResort {
  /** The cache folder that it fills for a program. */
  folder(name: ProgramName): Promise<string>;
  /** Fills that folder; called once for each. */
  fill(name: ProgramName, folder: string): Promise<void>;
}

/**
 * Finds the playground's programs, each in this order: the environment variable that names it,
 * PATH, the cache, the official download, and at last a build from source (bitcoind: Debian's
 * package). What is downloaded or built stays in the cache.
 */
export class Programs {
  readonly #env: NodeJS.ProcessEnv;
  readonly #cache: string;
  readonly #reporter: Reporter;
  readonly #arch: string;
  readonly #sites: ReleaseSites;
  readonly #lastResort: LastResort;
  readonly #downloader = new Downloader();
  readonly #found = new Map<ProgramName, Promise<string>>();
  readonly #filled = new Map<string, Promise<void>>();

  constructor(options: ProgramsOptions) {
    this.#env = options.env;
    this.#cache = options.cache;
    this.#reporter = options.reporter;
    this.#arch = options.arch ?? process.arch;
    this.#sites = options.sites ?? officialSites;
    this.#lastResort = options.lastResort ?? this.#sources();
  }

  /**
   * The absolute path of a program. bitcoin-cli lies beside bitcoind.
   *
   * @throws PlaygroundError that says what was tried and what can be done
   */
  find(name: ProgramName): Promise<string> {
    let found = this.#found.get(name);
    if (!found) {
      found = this.#search(name);
      this.#found.set(name, found);
    }
    return found;
  }

  /** Lets go of connections. */
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
      (await this.#fromLastResort(name, tried));
    if (found !== undefined) {
      this.#reporter.debug(`${name}: ${found}`);
      return found;
    }
    throw new PlaygroundError(
      [
        `${name} was not found:`,
        ...tried.map((line) => `- ${line}`),
        `Name a file yourself with ${programVariable(name)}=/path/to/${name}, or mend one of the above.`,
      ].join('\n'),
    );
  }

  async #fromEnvironment(name: ProgramName): Promise<string | undefined> {
    const variable = programVariable(name);
    const path = this.#env[variable];
    if (path === undefined || path === '') return undefined;
    const files = programFiles(name);
    for (const file of files) {
      // A program that comes alone may have any name.
      const needed = files.length === 1 ? path : join(dirname(path), file);
      if (!path.startsWith('/') || !(await isExecutable(needed))) {
        throw new PlaygroundError(
          `${variable} is ${path}, but ${needed} is not a program with an absolute path: correct or unset it.`,
        );
      }
    }
    return path;
  }

  async #fromPath(name: ProgramName, tried: string[]): Promise<string | undefined> {
    const { args, minimum } = programVersions[name];
    for (const folder of (this.#env.PATH ?? '').split(delimiter)) {
      if (!folder.startsWith('/') || !(await this.#complete(name, folder))) continue;
      const path = join(folder, name);
      const answer = await runCommand(path, args, { env: this.#env }).catch(() => '');
      const version = parseVersion(answer);
      if (version && isAtLeast(version, minimum)) return path;
      const actual = version ? formatVersion(version) : 'of unknown version';
      const remark = `${path} is ${actual}; ${formatVersion(minimum)} or later is needed`;
      this.#reporter.debug(remark);
      tried.push(remark);
      return undefined;
    }
    tried.push(`${programFiles(name).join(' with ')} is not on PATH`);
    return undefined;
  }

  async #fromCache(name: ProgramName): Promise<string | undefined> {
    const folders = [await this.#lastResort.folder(name)];
    try {
      folders.unshift(releaseOf(name, this.#arch, this.#sites).folder);
    } catch {
      // No releases for this processor, so none is cached either.
    }
    for (const folder of folders) {
      const bin = join(this.#cache, folder, 'bin');
      if (await this.#complete(name, bin)) return join(bin, name);
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

  async #fromLastResort(name: ProgramName, tried: string[]): Promise<string | undefined> {
    try {
      const folder = await this.#lastResort.folder(name);
      let filled = this.#filled.get(folder);
      if (!filled) {
        filled = this.#lastResort.fill(name, folder);
        this.#filled.set(folder, filled);
      }
      await filled;
      return join(this.#cache, folder, 'bin', name);
    } catch (error) {
      tried.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  async #complete(name: ProgramName, folder: string): Promise<boolean> {
    const files = programFiles(name).map((file) => isExecutable(join(folder, file)));
    return (await Promise.all(files)).every(Boolean);
  }

  #sources(): LastResort {
    return {
      folder: async (name) =>
        builtPrograms.includes(name) ? serversFolder(this.#arch) : debianBitcoindFolder(this.#arch),
      fill: (name, folder) =>
        builtPrograms.includes(name)
          ? buildServers(this.#cache, folder, this.#env, this.#reporter)
          : installDebianBitcoind(this.#cache, folder, this.#reporter),
    };
  }
}
