import { chmod, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { showProgress, type Reporter } from '../reporter.ts';
import { createCacheFolder } from './cache.ts';
import { DownloadError, type Downloader } from './downloader.ts';
import { checksumOf, type Release } from './release.ts';

const megabyte = 1_000_000;

/**
 * Downloads a release into its cache folder, whose folder bin then contains the programs.
 *
 * @throws DownloadError if the site is unreachable, or its file does not match its checksum
 */
export async function installRelease(
  release: Release,
  cache: string,
  downloader: Downloader,
  reporter: Reporter,
): Promise<void> {
  const file = basename(release.url);
  const sum = checksumOf(await downloader.text(release.checksumsUrl), file);
  if (sum === undefined) {
    throw new DownloadError(`${release.checksumsUrl} lists no checksum for ${file}`);
  }
  await createCacheFolder(cache, release.folder, async (folder) => {
    const bin = join(folder, 'bin');
    const download = release.members.length === 0 ? join(bin, file) : join(folder, file);
    await showProgress(reporter, `downloading ${file}`, async (detail) => {
      await downloader.file(release.url, sum, download, (received, total) => {
        const end = total === undefined ? '' : ` of ${Math.ceil(total / megabyte)}`;
        detail(`${Math.floor(received / megabyte)}${end} MB`);
      });
    });
    if (release.members.length === 0) {
      await chmod(download, 0o755);
      return;
    }
    const depth = release.members[0]!.split('/').length - 1;
    const strip = `--strip-components=${depth}`;
    await execa('tar', ['-xzf', download, '-C', bin, '--no-same-owner', strip, ...release.members]);
    await rm(download);
  });
}
