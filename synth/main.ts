import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `npm run synth`: renders main.ts with `cdk8s synth`, which empties its output
 * folder first, and so into build/; dist/ is replaced only when all went well.
 */
const root = join(import.meta.dirname, '..');
const rendered = join(root, 'build', 'dist');
const replaced = join(root, 'build', 'dist.old');
const dist = join(root, 'dist');

const start = performance.now();
const cdk8s = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/cdk8s-cli/bin/cdk8s'),
    'synth',
    '--no-check-upgrade',
    '--output',
    rendered,
  ],
  { cwd: root, encoding: 'utf8', env: { ...process.env, CI: 'true' } },
);
if (cdk8s.status !== 0) {
  process.stderr.write(cdk8s.stderr);
  console.error('dist/ is as it was: correct the above and run npm run synth again');
  process.exit(1);
}
mkdirSync(join(root, 'build'), { recursive: true });
rmSync(replaced, { recursive: true, force: true });
if (existsSync(dist)) renameSync(dist, replaced);
renameSync(rendered, dist);
rmSync(replaced, { recursive: true, force: true });

const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) =>
  entry.isFile(),
);
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(`dist/: ${files.length} files in ${seconds} s`);
