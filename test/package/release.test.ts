import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse, parseAllDocuments } from 'yaml';
import { checkout } from '../framework/checkout.ts';

/** A dry run of a release, whose files are those that a release publishes. */
describe('npm run release -- --dry-run', () => {
  const version = '99.1.0';
  const image = 'registry.example/team/bitcoin-controller';
  const output = join(checkout, 'build/release');
  const git = async (...args: string[]) => (await execa('git', args, { cwd: checkout })).stdout;
  const read = (file: string) => readFileSync(join(output, file), 'utf8');
  const committed = (file: string) => readFileSync(join(checkout, file), 'utf8');
  let before: string;
  let stdout: string;

  beforeAll(async () => {
    before = `${await git('status', '--porcelain')}\n${await git('diff')}`;
    const script = join(checkout, 'scripts/release/main.ts');
    const args = [script, version, '--dry-run', '--image', image];
    ({ stdout } = await execa(process.execPath, args, { cwd: checkout }));
  }, 300_000);

  test('changes no file that git tracks or would track', async () => {
    const after = `${await git('status', '--porcelain')}\n${await git('diff')}`;
    expect(after).toBe(before);
  });

  test('writes the manifests of dist/ with the image of the release to install.yaml', () => {
    const current = /image: (.*bitcoin-controller:.*)/.exec(committed('dist/controller.yaml'))![1]!;
    const dist = ['dist/crd.yaml', 'dist/controller.yaml'].flatMap((file) =>
      parseAllDocuments(committed(file).replaceAll(current, `${image}:${version}`)),
    );
    const documents = parseAllDocuments(read('install.yaml'));
    expect(documents.map((document) => document.toJS() as object)).toEqual(
      dist.map((document) => document.toJS() as object),
    );
  });

  test('packs the npm package with the new version and image', async () => {
    const archive = join(output, `bitcoin-controller-npm-${version}.tgz`);
    const file = async (path: string) =>
      (await execa('tar', ['-xzOf', archive, `package/${path}`])).stdout;
    expect(JSON.parse(await file('package.json'))).toMatchObject({ version });
    expect(await file('build/constructs/controller-install/props.js')).toContain(
      `'${image}:${version}'`,
    );
  });

  if (existsSync(join(checkout, 'charts'))) {
    test('packs the chart with the new version', async () => {
      const archive = join(output, `bitcoin-controller-${version}.tgz`);
      const args = ['-xzOf', archive, 'bitcoin-controller/Chart.yaml'];
      const chart: unknown = parse((await execa('tar', args)).stdout);
      expect(chart).toMatchObject({ version, appVersion: version });
      expect(read('index.yaml')).toContain(`version: ${version}`);
    });
  }

  test('lists the checksum of each file that it publishes', () => {
    const lines = read('SHA256SUMS').trim().split('\n');
    const files = lines.map((line) => line.split('  ') as [string, string]);
    const published = readdirSync(output).filter(
      (file) => !['SHA256SUMS', 'RELEASE_NOTES.md', 'changes.patch'].includes(file),
    );
    expect(files.map(([, file]) => file)).toEqual(published.sort());
    for (const [digest, file] of files) {
      const content = readFileSync(join(output, file));
      expect(digest).toBe(createHash('sha256').update(content).digest('hex'));
    }
  });

  test('writes an SBOM of the new version', () => {
    const sbom = JSON.parse(read(`bitcoin-controller-${version}.cdx.json`)) as object;
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'bitcoin-controller', version } },
    });
  });

  test('writes notes with the changes of the changelog', () => {
    const [, section] = /\n## \[Unreleased\]\n([^]*?)\n## /.exec(committed('CHANGELOG.md'))!;
    expect(read('RELEASE_NOTES.md')).toContain(section!.trim());
    expect(read('RELEASE_NOTES.md')).toContain(`${image}:${version}`);
  });

  test('shows the edits of the release as a patch', () => {
    const patch = read('changes.patch');
    const added = patch.split('\n').filter((line) => line.startsWith('+'));
    expect(added.join('\n')).toMatch(/^\+## \[99\.1\.0\] - \d{4}-\d\d-\d\d$/m);
    expect(added).toContain(`+  "version": "${version}",`);
    expect(patch).toContain('+++ b/test/constructs/controller-install/__snapshots__/');
  });

  test('prints the commands that publish the release', () => {
    expect(stdout).toContain(`git tag --annotate v${version}`);
    expect(stdout).toContain(`--tag ${image}:${version} --push .`);
    expect(stdout).toContain(`npm publish build/release/bitcoin-controller-npm-${version}.tgz`);
  });
});
