import { spawnSync } from 'node:child_process';
import { ReleaseError } from './release-error.ts';

/**
 * Runs a program and returns its standard output.
 *
 * @throws {@link ReleaseError} with the end of its output if it fails
 */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): string {
  const { env = {}, cwd } = options;
  const result = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (result.error) throw new ReleaseError(`failed to run ${program}: ${result.error.message}`);
  if (result.status !== 0) {
    const output = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20).join('\n');
    throw new ReleaseError(`${[program, ...args].join(' ')} failed:\n${output}`);
  }
  return result.stdout;
}
