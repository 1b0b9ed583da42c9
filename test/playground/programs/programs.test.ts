import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlaygroundError } from '../../../playground/playground-error.ts';
import { programFiles, type ProgramName } from '../../../playground/programs/program.ts';
import { Programs } from '../../../playground/programs/programs.ts';
import { releaseOf } from '../../../playground/programs/release.ts';
import { RecordingReporter } from '../recording-reporter.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';
import { FileSite, sha256 } from './file-site.ts';

const folder = useTemporaryFolder();
let site: FileSite;
let installed: string[];

beforeEach(async () => {
  site = await FileSite.start();
  installed = [];
});

afterEach(() => site.stop());

/** Runs `work` with Programs that use only the test's folder and site. PATH is `path` in it. */
async function withPrograms<T>(
  env: NodeJS.ProcessEnv,
  work: (programs: Programs) => Promise<T>,
  hasFallback = true,
): Promise<T> {
  const programs = new Programs({
    env: { PATH: join(folder(), 'path'), ...env },
    cache: join(folder(), 'cache'),
    reporter: new RecordingReporter(),
    arch: 'x64',
    sites: sites(),
    fallback: {
      folder: (name) => Promise.resolve(name === 'bitcoind' ? 'packaged' : 'built'),
      install: async (name, target) => {
        if (!hasFallback) throw new PlaygroundError('Go is missing');
        installed.push(target);
        const all: ProgramName[] = name === 'bitcoind' ? [name] : ['etcd', 'kubectl'];
        for (const program of all) await install(program, join(folder(), 'cache', target, 'bin'));
      },
    },
  });
  try {
    return await work(programs);
  } finally {
    await programs.close();
  }
}

function sites(): { kubernetes: string; etcd: string; bitcoin: string } {
  return { kubernetes: site.url, etcd: site.url, bitcoin: site.url };
}

/** Installs a program that prints `output`. */
async function install(name: ProgramName, target: string, output = 'v99.0.0'): Promise<string> {
  await mkdir(target, { recursive: true });
  for (const file of programFiles(name)) {
    await writeFile(join(target, file), `#!/bin/sh\necho '${output}'\n`, { mode: 0o755 });
  }
  return join(target, name);
}

/** Publishes a release of kubectl on the site. */
function publish(): void {
  const { url, checksumsUrl } = releaseOf('kubectl', 'x64', sites());
  const data = Buffer.from('#!/bin/sh\n');
  site.files.set(new URL(url).pathname, data);
  site.files.set(new URL(checksumsUrl).pathname, Buffer.from(sha256(data)));
}

const find = (name: ProgramName) => (programs: Programs) => programs.find(name);
const cached = (): string => join(folder(), 'cache/kubectl-v1.36.3-linux-amd64/bin');

test('prefers the program in the environment variable', async () => {
  const mine = await install('kubectl', join(folder(), 'mine'), '1.0.0');
  await install('kubectl', join(folder(), 'path'));
  const found = await withPrograms({ PLAYGROUND_KUBECTL: mine }, find('kubectl'));
  expect(found).toBe(mine);
});

test('rejects a variable that does not contain the path of a program', async () => {
  await install('kubectl', join(folder(), 'path'));
  const wrong = join(folder(), 'nothing');
  await expect(withPrograms({ PLAYGROUND_KUBECTL: wrong }, find('kubectl'))).rejects.toThrow(
    `PLAYGROUND_KUBECTL is ${wrong}`,
  );
});

test('requires bitcoin-cli in the folder of bitcoind', async () => {
  const mine = join(folder(), 'mine/bitcoind');
  await mkdir(join(folder(), 'mine'));
  await writeFile(mine, '', { mode: 0o755 });
  const env = { PLAYGROUND_BITCOIND: mine };
  await expect(withPrograms(env, find('bitcoind'))).rejects.toThrow('mine/bitcoin-cli');
  await install('bitcoind', join(folder(), 'mine'));
  expect(await withPrograms(env, find('bitcoind'))).toBe(mine);
});

test('prefers a program on PATH to one in the cache', async () => {
  const onPath = await install('kubectl', join(folder(), 'path'), '1.32.0');
  await install('kubectl', cached());
  expect(await withPrograms({}, find('kubectl'))).toBe(onPath);
});

test('ignores a program on PATH that is too old', async () => {
  await install('kubectl', join(folder(), 'path'), '1.31.9');
  const inCache = await install('kubectl', cached());
  expect(await withPrograms({}, find('kubectl'))).toBe(inCache);
});

test.each([
  ['kube-scheduler', 'Kubernetes v1.36.0', true],
  ['kube-scheduler', 'Kubernetes v1.35.9', false],
  ['kube-scheduler', 'Kubernetes v2.0.0', true],
  ['etcd', 'etcd Version: 3.4.23\nGit SHA: Not provided\nGo Version: go1.19.8', false],
  ['etcd', 'etcd Version: 3.6.8\nGit SHA: Not provided\nGo Version: go1.19.8', true],
  ['kubectl', 'Client Version: v1.32.4-dispatcher\nKustomize Version: v5.5.0', true],
  ['bitcoind', 'Bitcoin Core daemon version v28.1.0 bitcoind\nCopyright (C) 2009-2026', false],
  ['bitcoind', 'Bitcoin Core daemon version v31.1 bitcoind\nCopyright (C) 2009-2026', true],
  ['bitcoind', 'Bitcoin Knots daemon version v29.4.3.knots20260508', true],
  ['kubectl', 'usage: kubectl', false],
] as const)('uses %s on PATH that prints %j: %s', async (name, output, isUsed) => {
  const onPath = await install(name, join(folder(), 'path'), output);
  await install('bitcoind', join(folder(), 'cache/packaged/bin'));
  await install(name, join(folder(), 'cache/built/bin'));
  const found = await withPrograms({}, find(name));
  expect(found === onPath).toBe(isUsed);
});

test('downloads a program once and then uses the cache', async () => {
  publish();
  const first = await withPrograms({}, find('kubectl'));
  const requests = site.requests.length;
  expect(await withPrograms({}, find('kubectl'))).toBe(first);
  expect(site.requests).toHaveLength(requests);
  expect(installed).toEqual([]);
});

test('builds several programs at once and then uses the cache', async () => {
  const both = (programs: Programs): Promise<string[]> =>
    Promise.all([programs.find('etcd'), programs.find('kubectl')]);
  const first = await withPrograms({}, both);
  expect(first).toEqual(['etcd', 'kubectl'].map((name) => join(folder(), 'cache/built/bin', name)));
  expect(installed).toEqual(['built']);
  expect(await withPrograms({}, both)).toEqual(first);
  expect(installed).toEqual(['built']);
});

test('lists the failure of each source and what to do if no source has the program', async () => {
  await install('kubectl', join(folder(), 'path'), '1.31.9');
  const failure = await withPrograms({}, find('kubectl'), false).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(PlaygroundError);
  const { message } = failure as PlaygroundError;
  expect(message).toMatch(/kubectl is 1\.31\.9, but 1\.32\.0 or later is required/);
  expect(message).toMatch(/kubectl\.sha256 returned status 404/);
  expect(message).toMatch(/Go is missing/);
  expect(message).toMatch(/PLAYGROUND_KUBECTL=\/path\/to\/kubectl/);
});
