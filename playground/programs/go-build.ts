import { createHash } from 'node:crypto';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, runCommand } from '../command.ts';
import { PlaygroundError } from '../playground-error.ts';
import { showProgress, type Reporter } from '../reporter.ts';
import { makeCacheFolder } from './cache.ts';
import type { ProgramName } from './program.ts';

/** The Go module whose one binary is all of {@link builtPrograms}, by the name it is called by. */
const moduleFolder = join(import.meta.dirname, '..', 'servers');

/** The programs that the Go module gives. */
export const builtPrograms: readonly ProgramName[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
];

/** The cache folder of the module's binary: another one when the module changes. */
export async function serversFolder(arch: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['main.go', 'go.mod', 'go.sum']) {
    hash.update(await readFile(join(moduleFolder, file)));
  }
  return `servers-${arch}-${hash.digest('hex').slice(0, 16)}`;
}

/**
 * Builds the module into the cache with the machine's Go.
 *
 * @param env the environment for Go: PATH, GOPROXY and the like
 * @throws PlaygroundError if there is no Go, or it does not build
 */
export async function buildServers(
  cache: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  reporter: Reporter,
): Promise<void> {
  await runCommand('go', ['version'], { env }).catch((cause: unknown) => {
    throw new PlaygroundError('Go is not on PATH: install Go 1.26 or later (https://go.dev/dl)', {
      cause,
    });
  });
  const gomod = await readFile(join(moduleFolder, 'go.mod'), 'utf8');
  const version = /k8s\.io\/kubernetes (v\S+)/.exec(gomod)?.[1] ?? '';
  const flags = `-s -w -X k8s.io/component-base/version.gitVersion=${version}`;
  reporter.info('building Kubernetes and etcd with Go: about five minutes, once');
  await makeCacheFolder(cache, folder, async (work) => {
    const bin = join(work, 'bin');
    await showProgress(reporter, 'building Kubernetes and etcd', async (detail) => {
      let downloaded = 0;
      let compiled = 0;
      const output = join(bin, 'servers');
      // A build that the playground started ends with it.
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
      await runCommand('setpriv', [...go, ...build], {
        cwd: moduleFolder,
        env: { ...env, CGO_ENABLED: '0' },
        onErrorLine: (line) => {
          if (line.startsWith('go: downloading')) downloaded++;
          else compiled++;
          detail(`${downloaded} modules downloaded, ${compiled} packages compiled`);
        },
      }).catch((cause: unknown) => {
        const reason = cause instanceof CommandError ? cause.message : String(cause);
        throw new PlaygroundError(
          `Go could not build the servers (Go 1.26 or later, a Go module proxy and 3 GB of memory are needed): ${reason}`,
          { cause },
        );
      });
    });
    for (const name of builtPrograms) await symlink('servers', join(bin, name));
  });
}
