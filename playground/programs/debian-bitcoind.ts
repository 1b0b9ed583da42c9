import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../command.ts';
import { PlaygroundError } from '../playground-error.ts';
import { showProgress, type Reporter } from '../reporter.ts';
import { debianMirrors, parseDeb822, parseSourcesList, type AptSource } from './apt-sources.ts';
import { makeCacheFolder } from './cache.ts';

/** The package, in Debian's suite sid, and the tool that binds its programs to its libraries. */
const packages = ['bitcoin-knots', 'patchelf'];
const programs = ['bitcoind', 'bitcoin-cli'];
const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The cache folder of the unpacked package. */
export function debianBitcoindFolder(arch: string): string {
  return `bitcoin-knots-${arch}`;
}

/**
 * Unpacks Debian's bitcoin-knots with the libraries it needs into the cache, from the mirror that
 * the machine's own apt uses. It needs no root and leaves apt's own state alone. bitcoind and
 * bitcoin-cli in the folder's bin name their loader and libraries by absolute path: copies of them
 * run wherever the folder is visible.
 *
 * @throws PlaygroundError where there is no Debian mirror, or it does not have the package
 */
export async function installDebianBitcoind(
  cache: string,
  folder: string,
  reporter: Reporter,
): Promise<void> {
  const mirrors = debianMirrors(await machineSources(), await machineSuites());
  if (mirrors.length === 0) throw new PlaygroundError('apt has no Debian mirror here');
  await showProgress(reporter, "unpacking Debian's bitcoin-knots", async (detail) => {
    const work = await mkdtemp(join(tmpdir(), 'bitcoin-knots-'));
    try {
      detail('downloading');
      await downloadPackages(work, mirrors);
      detail('unpacking');
      await makeCacheFolder(cache, folder, (target) =>
        unpackPackages(work, target, join(cache, folder)),
      );
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

async function machineSources(): Promise<AptSource[]> {
  const sources: AptSource[] = [];
  const read = async (file: string): Promise<void> => {
    const text = await readFile(file, 'utf8').catch(() => '');
    sources.push(...(file.endsWith('.sources') ? parseDeb822(text) : parseSourcesList(text)));
  };
  await read('/etc/apt/sources.list');
  const folder = '/etc/apt/sources.list.d';
  const files = await readdir(folder).catch(() => []);
  for (const file of files.filter((name) => /\.(list|sources)$/.test(name)).sort()) {
    await read(join(folder, file));
  }
  return sources;
}

/** The names of suites that only a mirror of Debian itself serves to this machine. */
async function machineSuites(): Promise<string[]> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(release)?.[1];
  if (field('ID') !== 'debian') return [];
  const codename = field('VERSION_CODENAME');
  return [...(codename === undefined ? [] : [codename]), 'stable', 'testing', 'sid', 'unstable'];
}

/** Leaves the packages, with all they depend on, in work/archives. */
async function downloadPackages(work: string, mirrors: readonly AptSource[]): Promise<void> {
  for (const folder of ['lists/partial', 'archives/partial']) {
    await mkdir(join(work, folder), { recursive: true });
  }
  // An empty status file: nothing counts as installed, so every dependency is fetched.
  await writeFile(join(work, 'status'), '');
  await writeFile(join(work, 'apt.conf'), aptConfiguration(work));
  const apt = (...args: string[]): Promise<string> =>
    runCommand('apt-get', ['-c', join(work, 'apt.conf'), '-o', 'Acquire::Retries=2', ...args], {
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
  const failures: string[] = [];
  for (const mirror of mirrors) {
    const keyring = mirror.signedBy ?? debianKeyring;
    await writeFile(
      join(work, 'sources.list'),
      `deb [signed-by=${keyring} check-valid-until=no] ${mirror.uri} sid main\n`,
    );
    try {
      await apt('update', '--error-on=any');
      await apt('install', '--yes', '--no-install-recommends', '--download-only', ...packages);
      return;
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new PlaygroundError(
    `Debian's bitcoin-knots could not be downloaded: ${failures.join('\n')}`,
  );
}

/** All of apt's state in `work`, and none of the machine's hooks. */
function aptConfiguration(work: string): string {
  return `Dir::State "${work}";
Dir::State::Lists "${work}/lists";
Dir::State::status "${work}/status";
Dir::Cache "${work}";
Dir::Cache::archives "${work}/archives";
Dir::Etc::sourcelist "${work}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::Check-Valid-Until "false";
APT::Sandbox::User "";
Debug::NoLocking "true";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
`;
}

/**
 * @param target where the programs (bin) and libraries (lib) are put now
 * @param home where they will be
 */
async function unpackPackages(work: string, target: string, home: string): Promise<void> {
  const root = join(work, 'root');
  await mkdir(root);
  for (const file of await readdir(join(work, 'archives'))) {
    if (file.endsWith('.deb'))
      await runCommand('dpkg-deb', ['-x', join(work, 'archives', file), root]);
  }
  const multiarch = (await readdir(join(root, 'usr/lib'))).find((name) =>
    name.endsWith('-linux-gnu'),
  );
  if (multiarch === undefined) throw new PlaygroundError('the packages hold no libraries');
  const unpacked = join(root, 'usr/lib', multiarch);
  const lib = join(target, 'lib');
  await mkdir(lib);
  for (const entry of await readdir(unpacked, { withFileTypes: true })) {
    if (entry.isDirectory() || !entry.name.includes('.so')) continue;
    await runCommand('cp', ['--no-dereference', join(unpacked, entry.name), lib]);
  }
  const loader = (await readdir(lib)).find((name) => name.startsWith('ld-linux'));
  if (loader === undefined) throw new PlaygroundError('the packages hold no loader');
  for (const name of programs) {
    const file = join(target, 'bin', name);
    await runCommand('cp', [join(root, 'usr/bin', name), file]);
    await runCommand(join(lib, loader), [
      ...['--library-path', lib, join(root, 'usr/bin/patchelf')],
      ...['--force-rpath', '--set-rpath', join(home, 'lib')],
      ...['--set-interpreter', join(home, 'lib', loader), file],
    ]);
    await chmod(file, 0o755);
  }
}
