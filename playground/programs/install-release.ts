import { chmod, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { showProgress, type Reporter } from '../reporter.ts';
import { createCacheFolder } from './cache.ts';
import { DownloadError, type Downloader } from './downloader.ts';
import { checksumOf, type Release } from './release.ts';

const megabyte = 1_000_000;

/**
 * Downloads a release into its folder of the cache: its programs are in the folder's bin.
 *
 * @throws DownloadError if the site cannot be reached, or does not have the file that its list of
 * checksums promises
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
    throw new DownloadError(`${release.checksumsUrl} has no checksum for ${file}`);
  }
  await createCacheFolder(cache, release.folder, async (folder) => {
    const bin = join(folder, 'bin');
    const download = release.members.length === 0 ? join(bin, file) : join(folder, file);
    await showProgress(reporter, `downloading ${file}`, async (detail) => {
      await downloader.file(release.url, sum, download, (done, all) => {
        const total = all === undefined ? '' : ` of ${Math.ceil(all / megabyte)}`;
        detail(`${Math.floor(done / megabyte)}${total} MB`);
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
