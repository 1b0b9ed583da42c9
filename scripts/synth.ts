import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * `npm run synth` renders main.ts with `cdk8s synth`, which empties its output
 * folder first, and so into build/; dist/ is replaced only when all went well.
 * With `--check` dist/ is only compared, and the exit code is 1 if it is stale.
 */
const root = join(import.meta.dirname, '..');
const rendered = join(root, 'build', 'dist');
const replaced = join(root, 'build', 'dist.old');
const dist = join(root, 'dist');

function render(): void {
  const cli = join(root, 'node_modules/cdk8s-cli/bin/cdk8s');
  const args = [cli, 'synth', '--no-check-upgrade', '--output', rendered];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  // After the app's own words cdk8s repeats its command line, with a stack.
  process.stderr.write(stderr.split(/^Error: .*\n +at /m, 1)[0]!);
  console.error('dist/ is as it was: correct the above and run npm run synth again');
  process.exit(1);
}

/** The files in a folder, by their path in it. */
function contents(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}

const start = performance.now();
render();
const now = contents(rendered);
if (process.argv.includes('--check')) {
  const before = contents(dist);
  const stale = [...new Set([...before.keys(), ...now.keys()])].filter(
    (file) => before.get(file) !== now.get(file),
  );
  for (const file of stale) console.error(`dist/${file} is not what npm run synth renders`);
  if (stale.length > 0) {
    console.error('run npm run synth, and commit what it changed');
    process.exit(1);
  }
} else {
  rmSync(replaced, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, replaced);
  renameSync(rendered, dist);
  rmSync(replaced, { recursive: true, force: true });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`dist/: ${now.size} files in ${seconds} s`);
}
