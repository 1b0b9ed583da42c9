import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderSbom } from '../sbom/sbom.ts';
import { scriptsOf } from './edit.ts';
import { run } from './run.ts';

/** Returns the manifests of dist/ that install the controller, as one file. */
export function installManifest(folder: string): string {
  const files = ['crd.yaml', 'controller.yaml'];
  return files.map((file) => readFileSync(join(folder, 'dist', file), 'utf8')).join('---\n');
}

/** The name of the npm package in a release, which differs from that of the chart. */
export function npmArchive(version: string): string {
  return `bitcoin-controller-npm-${version}.tgz`;
}

function packNpm(folder: string, output: string, version: string): void {
  const args = ['pack', '--silent', '--pack-destination', output];
  const [archive] = run('npm', args, { cwd: folder }).trim().split('\n').slice(-1);
  renameSync(join(output, archive!), join(output, npmArchive(version)));
}

/** Writes the package of the Helm chart, and the index.yaml of a repository with it. */
function packChart(folder: string, output: string): void {
  if (!scriptsOf(folder).includes('chart')) return;
  run('npm', ['run', '-s', 'chart', '--', '--package', output], { cwd: folder });
}

/** Returns the checksums of the files in a folder in the format of sha256sum. */
export function checksums(folder: string): string {
  const line = (file: string) => {
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
    return `${digest}  ${file}\n`;
  };
  return readdirSync(folder).sort().map(line).join('');
}

/**
 * Writes the files of a release.
 *
 * @param folder the checkout or the copy that has the new version
 * @param output an empty folder
 * @returns the names of the files
 */
export function writeArtifacts(folder: string, output: string, version: string): string[] {
  const write = (file: string, content: string) => {
    writeFileSync(join(output, file), content);
  };
  write('install.yaml', installManifest(folder));
  const sbom = renderSbom(folder);
  write(`bitcoin-controller-${version}.cdx.json`, `${JSON.stringify(sbom, null, 2)}\n`);
  packNpm(folder, output, version);
  packChart(folder, output);
  copyFileSync(join(folder, 'Dockerfile'), join(output, 'Dockerfile'));
  write('SHA256SUMS', checksums(output));
  return readdirSync(output).sort();
}
