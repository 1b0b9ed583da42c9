import { PlaygroundError } from './playground-error.ts';

/** Runs a program of the machine; rejects unless it ends with exit code 0. */
export type Run = (file: string, args: readonly string[]) => Promise<unknown>;

/** Shown wherever the playground cannot run. */
const elsewhere =
  'Use a cluster instead: kind (https://kind.sigs.k8s.io), then kubectl apply -f dist/.';

/**
 * Checks what every part of the playground needs of the machine.
 *
 * @param platform as process.platform names it
 * @throws PlaygroundError that says what is missing and how to get it
 */
export async function checkMachine(platform: string, run: Run): Promise<void> {
  if (platform !== 'linux') {
    throw new PlaygroundError(
      `the playground runs on Linux only, and this is ${platform}. ${elsewhere}`,
    );
  }
  for (const tool of ['unshare', 'setpriv']) {
    await run(tool, ['--version']).catch((cause: unknown) => {
      throw new PlaygroundError(`${tool} is not on PATH: install util-linux`, { cause });
    });
  }
  await run('unshare', ['--map-root-user', '--mount', 'true']).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PlaygroundError(
      [
        `this user may not make user namespaces, which pods run in (${reason.trim()}).`,
        'Allow it with one of these, as your kernel has it:',
        '  sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0   # Ubuntu 23.10 and later',
        '  sudo sysctl kernel.unprivileged_userns_clone=1               # Debian 10 and older',
        '  sudo sysctl user.max_user_namespaces=10000',
        elsewhere,
      ].join('\n'),
      { cause },
    );
  });
}
