/**
 * Renders the Helm chart to charts/bitcoin-controller:
 *
 *   npm run chart
 *   npm run chart -- --check
 *   npm run chart -- --package [FOLDER]
 *
 * With `--check`, nothing is written; the exit code is 1 if a file of the chart is out of date.
 * With `--package`, the chart is also packed into FOLDER (build/charts by default) and added to the
 * index.yaml there, which makes the folder a chart repository.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { chartMetadata, chartName } from '../helm/files/chart-yaml.ts';
import { chartFiles } from '../helm/files/chart-files.ts';
import { differingFiles, readFolder } from './folder.ts';
import { packChart } from './pack-chart.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'charts', chartName);
const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean' }, package: { type: 'boolean' } },
  allowPositionals: true,
});

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
};
const files = chartFiles(version);
const readme = join(folder, 'README.md');
const style = { ...(await resolveConfig(readme)), parser: 'markdown' };
files.set('README.md', await format(files.get('README.md')!, style));

if (values.check === true) {
  const stale = differingFiles(readFolder(folder), files);
  for (const file of stale) console.error(`charts/${chartName}/${file} is out of date`);
  if (stale.length > 0) {
    console.error('run npm run chart and commit the result');
    process.exitCode = 1;
  }
} else {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  console.log(`charts/${chartName}/: ${files.size} files`);
  if (values.package === true) {
    const target = resolve(positionals[0] ?? join(root, 'build/charts'));
    const archive = await packChart(folder, chartMetadata(version), target);
    const path = relative(process.cwd(), target);
    console.log(`${join(path, archive)}\n${join(path, 'index.yaml')}`);
  }
}
