/**
 * Prepares a release: new version, changelog, packages, manifest, SBOM, checksums and notes. See
 * docs/release.md.
 *
 *   npm run release -- --dry-run
 *   npm run release -- 1.2.3 --image registry.example/team/bitcoin-controller
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultControllerImage } from '../../constructs/controller-install/props.ts';
import { npmArchive, writeArtifacts } from './artifacts.ts';
import { baseImageArguments, readBaseImages, type pinBaseImages } from './base-images.ts';
import { CheckoutCopy, requireReleasable } from './checkout.ts';
import { editFiles } from './edit.ts';
import { parseOptions, usage, type ReleaseOptions } from './options.ts';
import { publishSteps } from './publish-commands.ts';
import { resolveDigest } from './registry.ts';
import { ReleaseError } from './release-error.ts';
import { releaseNotes } from './release-notes.ts';
import type { VersionChange } from './version-files.ts';

const root = join(import.meta.dirname, '../..');
/** The folder of the release's files, relative to the checkout. */
const outputPath = 'build/release';
const output = join(root, outputPath);

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { version: currentVersion } = JSON.parse(read('package.json')) as { version: string };
const current = { version: currentVersion, image: defaultControllerImage };

async function resolveBaseImages(
  platforms: readonly string[],
): Promise<Parameters<typeof pinBaseImages>[1]> {
  const images = readBaseImages(read('Dockerfile'));
  const digests = baseImageArguments.map(
    async (argument) => [argument, await resolveDigest(images[argument], platforms)] as const,
  );
  return Object.fromEntries(await Promise.all(digests)) as Parameters<typeof pinBaseImages>[1];
}

/** Prepares a release in a copy of the checkout, so that a failure does not change the checkout. */
async function release(options: ReleaseOptions): Promise<void> {
  const { version, dryRun, resolveImages, platforms } = options;
  const image = `${options.image}:${version}`;
  const change: VersionChange = { from: current, to: { version, image } };
  if (!dryRun) requireReleasable(root, version);
  const digests = resolveImages ? await resolveBaseImages(platforms) : undefined;
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });

  const copy = new CheckoutCopy(root);
  try {
    const date = new Date().toISOString().slice(0, 10);
    const changes = editFiles(copy.folder, copy.files, { change, date, digests });
    if (!dryRun && changes === '') {
      throw new ReleaseError('CHANGELOG.md: list the changes under "## [Unreleased]"');
    }
    const artifacts = writeArtifacts(copy.folder, output, version);
    const notes = releaseNotes({ version, image, changes, files: artifacts });
    writeFileSync(join(output, 'RELEASE_NOTES.md'), notes);
    writeFileSync(join(output, 'changes.patch'), copy.patch());
    if (!dryRun) {
      copy.writeBack();
      // test/faults/upgrade.test.ts upgrades from each release.
      const archive = join(output, npmArchive(version));
      const releases = join(root, 'test/faults/releases');
      copyFileSync(archive, join(releases, `bitcoin-controller-${version}.tgz`));
    }
    report(options, artifacts);
  } finally {
    copy.remove();
  }
}

function report(options: ReleaseOptions, artifacts: readonly string[]): void {
  const { version, dryRun, resolveImages } = options;
  console.log(`Release ${version} (from ${currentVersion}) is in ${outputPath}/:`);
  for (const file of [...artifacts, 'RELEASE_NOTES.md']) console.log(`  ${file}`);
  if (dryRun) {
    console.log(`Dry run: no tracked file changed; ${outputPath}/changes.patch has the edits.`);
    if (!resolveImages) {
      console.log('The base images are not pinned; --resolve-images resolves their digests.');
    }
  }
  console.log(dryRun ? '\nA release is published by:' : '\nPublish it:');
  for (const { title, commands } of publishSteps(options, artifacts, outputPath)) {
    console.log(`\n# ${title}`);
    for (const command of commands) console.log(command);
  }
}

try {
  const options = parseOptions(process.argv.slice(2), current);
  if (options) await release(options);
  else console.log(usage);
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
