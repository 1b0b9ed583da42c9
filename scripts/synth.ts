/**
 * Renders main.ts and networks/ to dist/, and the resources of kustomize/:
 *
 *   npm run synth
 *   npm run synth -- --check
 *
 * `cdk8s synth` deletes its output folder before it renders, so it writes to build/, which replaces
 * dist/ only after success. kustomize/ has other files too, so its rendered files are replaced one
 * by one. With `--check`, nothing is changed; the exit code is 1 if a file is out of date.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { differingFiles, readFolder } from './folder.ts';

const root = join(import.meta.dirname, '..');
const rendered = join(root, 'build', 'dist');
const previous = join(root, 'build', 'dist.old');
const dist = join(root, 'dist');
const renderedKustomize = join(root, 'build', 'kustomize');
const kustomize = join(root, 'kustomize');

function render(): void {
  rmSync(renderedKustomize, { recursive: true, force: true });
  const cli = join(root, 'node_modules/cdk8s-cli/bin/cdk8s');
  const args = [cli, 'synth', '--no-check-upgrade', '--output', rendered];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return;
  // After the output of the app, cdk8s prints its command line with a stack trace.
  process.stderr.write(stderr.split(/^Error: .*\n +at /m, 1)[0]!);
  console.error('dist/ is unchanged: fix the errors above and run npm run synth again');
  process.exit(1);
}

const start = performance.now();
render();
const current = readFolder(rendered);
if (process.argv.includes('--check')) {
  const overlays = readFolder(kustomize);
  const changedResources = [...readFolder(renderedKustomize)]
    .filter(([file, content]) => overlays.get(file) !== content)
    .map(([file]) => file);
  const stale = [
    ...differingFiles(readFolder(dist), current).map((file) => `dist/${file}`),
    ...changedResources.map((file) => `kustomize/${file}`),
  ];
  for (const file of stale) console.error(`${file} is out of date`);
  if (stale.length > 0) {
    console.error('run npm run synth and commit the result');
    process.exit(1);
  }
} else {
  rmSync(previous, { recursive: true, force: true });
  if (existsSync(dist)) renameSync(dist, previous);
  renameSync(rendered, dist);
  rmSync(previous, { recursive: true, force: true });
  cpSync(renderedKustomize, kustomize, { recursive: true });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`dist/: ${current.size} files in ${seconds} s`);
}
