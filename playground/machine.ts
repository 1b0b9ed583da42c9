import { describeFailure } from './command-failure.ts';
import { PlaygroundError } from './playground-error.ts';

/** Runs a program, and rejects unless its exit code is 0. */
export type Run = (file: string, args: readonly string[]) => Promise<unknown>;

/** The advice if the playground cannot run. */
const alternative =
  'Alternatively, use a cluster, such as kind (https://kind.sigs.k8s.io), and kubectl apply -f dist/.';

/**
 * Checks that the machine can run the playground.
 *
 * @param platform a platform as in process.platform
 * @throws PlaygroundError that states what is missing and how to provide it
 */
export async function checkMachine(platform: string, run: Run): Promise<void> {
  if (platform !== 'linux') {
    throw new PlaygroundError(
      `the playground runs on Linux only, not on ${platform}. ${alternative}`,
    );
  }
  for (const tool of ['unshare', 'setpriv']) {
    await run(tool, ['--version']).catch((cause: unknown) => {
      throw new PlaygroundError(`${tool} is not on PATH: install util-linux`, { cause });
    });
  }
  await run('unshare', ['--map-root-user', '--mount', 'true']).catch((cause: unknown) => {
    throw new PlaygroundError(
      [
        `this user cannot create user namespaces, which pods require (${describeFailure(cause)}).`,
        'Permit them with the setting that your kernel has:',
        '  sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0   # Ubuntu 23.10 and later',
        '  sudo sysctl kernel.unprivileged_userns_clone=1               # Debian 10 and older',
        '  sudo sysctl user.max_user_namespaces=10000',
        alternative,
      ].join('\n'),
      { cause },
    );
  });
}
