import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { parse, stringify } from 'yaml';

/** The fields of Chart.yaml, which an index repeats. */
interface ChartMetadata {
  readonly name: string;
  readonly version: string;
}

/** The file index.yaml of a chart repository. */
interface Index {
  readonly entries: Readonly<Record<string, readonly ChartMetadata[]>>;
}

/**
 * Packs a chart, and adds it to the index of a chart repository. Other versions remain in the
 * index. The archive of the same files has the same bytes.
 *
 * @param folder the folder of the chart, which has the chart's name
 * @param target the folder of the repository, created if it does not exist
 * @returns the file name of the archive
 */
export async function packChart(
  folder: string,
  metadata: ChartMetadata,
  target: string,
): Promise<string> {
  const { name, version } = metadata;
  const archive = `${name}-${version}.tgz`;
  mkdirSync(target, { recursive: true });
  const reproducible = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  const from = ['--directory', dirname(folder), basename(folder)];
  const create = ['--create', '--format=ustar', '--mode=go=rX,u+rw,a-s', ...reproducible];
  const compress = '--use-compress-program=gzip -n';
  await execa('tar', [...create, compress, '--file', join(target, archive), ...from]);
  const digest = createHash('sha256')
    .update(readFileSync(join(target, archive)))
    .digest('hex');
  const index = join(target, 'index.yaml');
  const previous = existsSync(index) ? (parse(readFileSync(index, 'utf8')) as Index) : undefined;
  const created = new Date().toISOString();
  const entry = { ...metadata, created, digest, urls: [archive] };
  const others = previous?.entries[name]?.filter((chart) => chart.version !== version) ?? [];
  writeFileSync(
    index,
    stringify({ apiVersion: 'v1', entries: { [name]: [entry, ...others] }, generated: created }),
  );
  return archive;
}
