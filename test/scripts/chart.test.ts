import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { differingFiles } from '../../scripts/folder.ts';
import { packChart } from '../../scripts/pack-chart.ts';

const chart = join(import.meta.dirname, '../../charts/bitcoin-controller');

interface Index {
  readonly entries: {
    readonly 'bitcoin-controller': readonly {
      readonly version: string;
      readonly digest: string;
      readonly urls: readonly string[];
    }[];
  };
}

describe('packChart', () => {
  let folder: string;
  const pack = (version: string) =>
    packChart(chart, { name: 'bitcoin-controller', version }, folder);
  const digest = (archive: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, archive)))
      .digest('hex');
  const entries = () => {
    const index = parse(readFileSync(join(folder, 'index.yaml'), 'utf8')) as Index;
    return index.entries['bitcoin-controller'];
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'charts-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('writes the same archive for the same files', async () => {
    const first = digest(await pack('1.0.0'));
    expect(digest(await pack('1.0.0'))).toBe(first);
  });

  test('adds versions to the index and replaces the same one', async () => {
    await pack('1.0.0');
    await pack('1.1.0');
    const archive = await pack('1.0.0');
    expect(entries().map(({ version }) => version)).toEqual(['1.0.0', '1.1.0']);
    expect(entries()[0]).toMatchObject({ urls: [archive], digest: digest(archive) });
  });
});

test('differingFiles names changed, missing and additional files', () => {
  const left = new Map([
    ['same', '1'],
    ['changed', '1'],
    ['removed', '1'],
  ]);
  const right = new Map([
    ['same', '1'],
    ['changed', '2'],
    ['added', '1'],
  ]);
  expect(differingFiles(left, right)).toEqual(['changed', 'removed', 'added']);
});
