import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installDebianBitcoind } from '../../../playground/programs/debian-bitcoind.ts';
import { RecordingReporter } from '../recording-reporter.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();
const path = (name: string): string => join(folder(), name);

/** The sources of a machine: the URI, the release and the component of each. */
const sources = [
  'http://broken.example/debian bookworm main',
  'http://broken.example/debian bookworm contrib',
  'http://good.example/debian bookworm main',
  'http://security.example/debian bookworm-security main',
  'https://other.example/apt nodistro main',
];

async function script(name: string, lines: readonly string[]): Promise<void> {
  await writeFile(path(`path/${name}`), ['#!/bin/sh', ...lines].join('\n'));
  await chmod(path(`path/${name}`), 0o755);
}

/** Replaces apt-get and dpkg-deb; only the mirror good.example has the packages. */
beforeEach(async () => {
  await mkdir(path('path'));
  await writeFile(path('os-release'), 'ID=debian\nVERSION_CODENAME=bookworm\n');
  await script('apt-get', [
    `if [ "$1" = indextargets ]; then printf '%s\\n' ${sources.map((line) => `'${line}'`).join(' ')}; exit; fi`,
    'work=$(dirname "$2")',
    `cat "$work/sources.list" >>'${path('mirrors')}'`,
    'grep -q good.example "$work/sources.list" || { echo "E: no such mirror" >&2; exit 100; }',
    'touch "$work/archives/package.deb"',
  ]);
  await script('dpkg-deb', [
    'lib="$3/usr/lib/x86_64-linux-gnu"',
    'mkdir -p "$lib/folder.so" "$3/usr/bin"',
    'touch "$lib/libfirst.so.1" "$lib/notes.txt" "$3/usr/bin/bitcoind" "$3/usr/bin/bitcoin-cli"',
    `printf '#!/bin/sh\\necho "$*" >>"${path('patchelf')}"\\n' >"$lib/ld-linux-x86-64.so.2"`,
    'chmod 755 "$lib/ld-linux-x86-64.so.2"',
  ]);
});

function install(): Promise<void> {
  const env = {
    PATH: `${path('path')}:${process.env.PATH ?? ''}`,
    OS_RELEASE: path('os-release'),
  };
  return installDebianBitcoind(path('cache'), 'knots', env, new RecordingReporter());
}

test('installs the programs and their libraries from the first mirror that has them', async () => {
  await install();
  const installed = path('cache/knots');
  expect(await readdir(join(installed, 'bin'))).toEqual(['bitcoin-cli', 'bitcoind']);
  expect(await readdir(join(installed, 'lib'))).toEqual(['ld-linux-x86-64.so.2', 'libfirst.so.1']);
  expect(await readFile(path('patchelf'), 'utf8')).toContain(
    `--set-rpath ${installed}/lib --set-interpreter ${installed}/lib/ld-linux-x86-64.so.2`,
  );
});

test('uses only Debian mirrors and verifies them with the keyring of Debian', async () => {
  await install();
  const options = 'signed-by=/usr/share/keyrings/debian-archive-keyring.gpg check-valid-until=no';
  const lines = new Set((await readFile(path('mirrors'), 'utf8')).trim().split('\n'));
  expect([...lines]).toEqual([
    `deb [${options}] http://broken.example/debian sid main`,
    `deb [${options}] http://good.example/debian sid main`,
  ]);
});

test('reports the errors of apt and leaves the cache empty if no mirror has the package', async () => {
  await script('apt-get', [
    `[ "$1" = indextargets ] && { echo 'http://broken.example/debian bookworm main'; exit; }`,
    'echo "E: no such mirror" >&2; exit 100',
  ]);
  await expect(install()).rejects.toThrow(
    /E: no such mirror\nno mirror provides the package: http:\/\/broken\.example\/debian$/,
  );
  expect(await readdir(path('cache'))).toEqual([]);
});

test('rejects a machine that does not run Debian', async () => {
  await writeFile(path('os-release'), 'ID=fedora\n');
  await expect(install()).rejects.toThrow('apt has no Debian mirror: this is not Debian');
});
