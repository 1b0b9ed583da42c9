import { readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describeFailure } from './command-failure.ts';
import { PlaygroundError } from './playground-error.ts';

/** Compiles the controller of a checkout into its folder build, like `npm run build`. */
export async function buildController(checkout: string): Promise<void> {
  const compiler = join(checkout, 'node_modules/typescript/bin/tsc');
  const project = join(checkout, 'tsconfig.build.json');
  // With a lower priority than the servers, which start at the same time.
  const args = ['-n', '10', process.execPath, compiler, '--project', project];
  await execa('nice', args).catch((cause: unknown) => {
    const message = `failed to compile the controller; correct these errors: ${describeFailure(cause)}`;
    throw new PlaygroundError(message, { cause });
  });
}

/**
 * Fills `folder` with the content of /app in the controller's image: the compiled folders,
 * package.json and node_modules, each as a symbolic link into the checkout.
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
