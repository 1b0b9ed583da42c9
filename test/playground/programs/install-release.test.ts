import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Downloader } from '../../../playground/programs/downloader.ts';
import { installRelease } from '../../../playground/programs/install-release.ts';
import type { Release } from '../../../playground/programs/release.ts';
import { RecordingReporter } from '../recording-reporter.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';
import { FileSite, sha256 } from './file-site.ts';

const folder = useTemporaryFolder();
const program = Buffer.from(`#!/bin/sh\necho hello\n${'#'.repeat(200_000)}\n`);
let site: FileSite;
let downloader: Downloader;

beforeEach(async () => {
  site = await FileSite.start();
  downloader = new Downloader();
});

afterEach(async () => {
  await downloader.close();
  await site.stop();
});

function release(members: readonly string[] = []): Release {
  const file = members.length === 0 ? 'tool' : 'tool.tar.gz';
  return {
    folder: 'tool-v1',
    url: `${site.url}/${file}`,
    checksumsUrl: `${site.url}/SHA256SUMS`,
    members,
  };
}

function serve(file: string, data: Buffer): void {
  site.files.set(`/${file}`, data);
  site.files.set('/SHA256SUMS', Buffer.from(`${sha256(data)}  ${file}\n`));
}

function install(wanted: Release): Promise<void> {
  return installRelease(wanted, join(folder(), 'cache'), downloader, new RecordingReporter());
}

test('stores a verified program in the cache as an executable file', async () => {
  serve('tool', program);
  await install(release());
  const file = join(folder(), 'cache/tool-v1/bin/tool');
  expect(execFileSync(file, { encoding: 'utf8' })).toBe('hello\n');
  expect(await readdir(join(folder(), 'cache'))).toEqual(['tool-v1']);
});

test('extracts the programs from an archive', async () => {
  const source = join(folder(), 'source');
  await mkdir(join(source, 'tool-v1/bin'), { recursive: true });
  for (const name of ['one', 'two', 'unwanted']) {
    await writeFile(join(source, 'tool-v1/bin', name), program, { mode: 0o755 });
  }
  const archive = join(folder(), 'tool.tar.gz');
  execFileSync('tar', ['-czf', archive, '-C', source, 'tool-v1']);
  serve('tool.tar.gz', await readFile(archive));
  await install(release(['tool-v1/bin/one', 'tool-v1/bin/two']));
  const installed = join(folder(), 'cache/tool-v1');
  expect((await readdir(join(installed, 'bin'))).sort()).toEqual(['one', 'two']);
  expect((await stat(join(installed, 'bin/one'))).mode & 0o111).not.toBe(0);
  expect(await readdir(installed)).toEqual(['bin']);
});

describe('leaves the cache empty', () => {
  afterEach(async () => {
    expect(await readdir(join(folder(), 'cache')).catch(() => [])).toEqual([]);
  });

  test('if the checksum of a file differs', async () => {
    serve('tool', program);
    site.files.set('/tool', Buffer.from('something else'));
    await expect(install(release())).rejects.toThrow(
      /tool has the SHA-256 checksum .* is published/,
    );
  });

  test('if a download is incomplete', async () => {
    serve('tool', program);
    site.truncated.add('/tool');
    await expect(install(release())).rejects.toThrow(/tool stopped after \d+ bytes/);
  });

  test('if the checksum of a file is not listed', async () => {
    serve('other', program);
    await expect(install(release())).rejects.toThrow('SHA256SUMS lists no checksum for tool');
    expect(site.requests).toEqual(['/SHA256SUMS']);
  });

  test('if a file does not exist', async () => {
    serve('tool', program);
    site.files.delete('/tool');
    await expect(install(release())).rejects.toThrow('tool returned status 404');
  });

  test('if the site is unreachable', async () => {
    const gone = release();
    await site.stop();
    await expect(install(gone)).rejects.toThrow(/is unreachable \(.*ECONNREFUSED/);
    site = await FileSite.start();
  });
});

test('does not connect again to a site that was unreachable', async () => {
  const gone = release();
  const { port } = new URL(site.url);
  await site.stop();
  await expect(downloader.text(gone.checksumsUrl)).rejects.toThrow('is unreachable');
  site = await FileSite.start(Number(port));
  serve('tool', program);
  await expect(downloader.text(gone.checksumsUrl)).rejects.toThrow('is unreachable');
  expect(site.requests).toEqual([]);
});
