import { readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, runCommand } from './command.ts';
import { PlaygroundError } from './playground-error.ts';

/** Compiles the controller of a checkout into its folder build, as `npm run build` does. */
export async function buildController(checkout: string): Promise<void> {
  const compiler = join(checkout, 'node_modules/typescript/bin/tsc');
  const project = join(checkout, 'tsconfig.build.json');
  // The servers that start meanwhile go first.
  const command = ['-n', '10', process.execPath, compiler, '--project', project];
  await runCommand('nice', command).catch((cause: unknown) => {
    const reason = cause instanceof CommandError ? cause.message : String(cause);
    throw new PlaygroundError(`the controller does not compile: ${reason}`, { cause });
  });
}

/**
 * Makes `folder` what the controller's image has at /app: the compiled folders, package.json and
 * node_modules, each a symbolic link to the checkout.
 */
export async function composeApp(folder: string, checkout: string): Promise<void> {
  const build = join(checkout, 'build');
  const compiled = await readdir(build, { withFileTypes: true });
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
  for (const entry of compiled) {
    if (entry.isDirectory()) await symlink(join(build, entry.name), join(folder, entry.name));
  }
  for (const name of ['package.json', 'node_modules']) {
    await symlink(join(checkout, name), join(folder, name));
  }
}
