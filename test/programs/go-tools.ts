import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { createCacheFolder, defaultCacheFolder } from '../../playground/programs/cache.ts';

/** A program that is built from a package of a Go module. */
export interface GoTool {
  /** Import path of its main package, which a `tool` line of go.mod names. */
  readonly package: string;
  /** String variables that the linker sets, by their import paths. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Build tags, which leave out parts of the program. */
  readonly tags?: readonly string[];
}

/**
 * Builds programs from a Go module, or finds them in the cache. The cache folder changes with the
 * module. A build takes several minutes.
 *
 * @param name the name of the module's folder beside this file
 * @param tools the programs by their file names
 * @returns the folder of the programs
 */
export async function buildGoTools(
  name: string,
  tools: Readonly<Record<string, GoTool>>,
): Promise<string> {
  const module = join(import.meta.dirname, name);
  const hash = createHash('sha256').update(JSON.stringify(tools));
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(module, file)));
  const folder = `${name}-${process.arch}-${hash.digest('hex').slice(0, 16)}`;
  const cache = defaultCacheFolder(process.env);
  const bin = join(cache, folder, 'bin');
  const isBuilt = await access(bin).then(
    () => true,
    () => false,
  );
  if (!isBuilt) {
    process.stderr.write(`building ${Object.keys(tools).join(', ')} with Go, only once\n`);
    await createCacheFolder(cache, folder, async (work) => {
      for (const [file, tool] of Object.entries(tools)) {
        await build(module, tool, join(work, 'bin', file));
      }
    });
  }
  return bin;
}

async function build(module: string, tool: GoTool, output: string): Promise<void> {
  const variables = Object.entries(tool.variables ?? {}).map(
    ([key, value]) => `-X ${key}=${value}`,
  );
  const tags = tool.tags ? ['-tags', tool.tags.join(',')] : [];
  const linker = ['-ldflags', ['-s', '-w', ...variables].join(' ')];
  const flags = ['-trimpath', '-buildvcs=false', ...tags, ...linker];
  // The build does not outlive the tests.
  const go = ['--pdeathsig', 'TERM', 'go', 'build', ...flags, '-o', output, tool.package];
  await execa('setpriv', go, { cwd: module, env: { CGO_ENABLED: '0' } });
}
