import { createHash } from 'node:crypto';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describeFailure } from '../command-failure.ts';
import { PlaygroundError } from '../playground-error.ts';
import { showProgress, type Reporter } from '../reporter.ts';
import { createCacheFolder } from './cache.ts';
import type { ProgramName } from './program.ts';

/** The Go module of a binary that runs as one of {@link builtPrograms}, depending on its name. */
const moduleFolder = join(import.meta.dirname, '..', 'servers');

/** The programs in the Go module's binary. */
export const builtPrograms: readonly ProgramName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
];

/** The cache folder of the module's binary. Its name changes with the module. */
export async function serversFolder(arch: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['main.go', 'go.mod', 'go.sum']) {
    hash.update(await readFile(join(moduleFolder, file)));
  }
  return `servers-${arch}-${hash.digest('hex').slice(0, 16)}`;
}

/**
 * Builds the module with the machine's Go into the cache.
 *
 * @param env the environment of Go, such as PATH and GOPROXY
 * @throws PlaygroundError if Go is missing or the build fails
 */
export async function buildServers(
  cache: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  reporter: Reporter,
): Promise<void> {
  await execa('go', ['version'], { env, extendEnv: false }).catch((cause: unknown) => {
    throw new PlaygroundError('Go is not on PATH: install Go 1.26 or later (https://go.dev/dl)', {
      cause,
    });
  });
  const gomod = await readFile(join(moduleFolder, 'go.mod'), 'utf8');
  const version = /k8s\.io\/kubernetes (v\S+)/.exec(gomod)?.[1] ?? '';
  const flags = `-s -w -X k8s.io/component-base/version.gitVersion=${version}`;
  reporter.info('building Kubernetes and etcd with Go; this takes about five minutes, only once');
  await createCacheFolder(cache, folder, async (work) => {
    const bin = join(work, 'bin');
    await showProgress(reporter, 'building Kubernetes and etcd', async (detail) => {
      let downloaded = 0;
      let compiled = 0;
      const output = join(bin, 'servers');
      // The build does not outlive the playground.
      const go = ['--pdeathsig', 'TERM', 'go'];
      const build = [
        'build',
        '-v',
        '-trimpath',
        '-buildvcs=false',
        '-ldflags',
        flags,
        '-o',
        output,
      ];
      const run = execa('setpriv', [...go, ...build], {
        cwd: moduleFolder,
        env: { ...env, CGO_ENABLED: '0' },
        extendEnv: false,
      });
      try {
        for await (const line of run.iterable({ from: 'stderr' })) {
          if (line.startsWith('go: downloading')) downloaded++;
          else compiled++;
          detail(`${downloaded} modules downloaded, ${compiled} packages compiled`);
        }
        await run;
      } catch (cause) {
        const reason = describeFailure(cause);
        throw new PlaygroundError(
          `failed to build the servers; Go 1.26 or later, a Go module proxy and 3 GB of memory are required: ${reason}`,
          { cause },
        );
      }
    });
    for (const name of builtPrograms) await symlink('servers', join(bin, name));
  });
}
