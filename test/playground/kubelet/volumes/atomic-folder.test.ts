import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AtomicFolder } from '../../../../playground/kubelet/volumes/atomic-folder.ts';
import type { Payload } from '../../../../playground/kubelet/volumes/payload.ts';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'volume-'));
});
afterEach(() => rm(path, { recursive: true }));

function payload(files: Record<string, string>): Payload {
  return new Map(
    Object.entries(files).map(([name, text]) => [
      name,
      { content: Buffer.from(text), mode: 0o644 },
    ]),
  );
}

test('replaces all files and keeps only one version', async () => {
  const folder = new AtomicFolder(path);
  expect(await folder.write(payload({ a: '1', 'sub/b': '2' }))).toBe(true);
  expect(await readFile(join(path, 'sub/b'), 'utf8')).toBe('2');
  expect(await folder.write(payload({ a: '3' }))).toBe(true);
  expect(await readFile(join(path, '..data/a'), 'utf8')).toBe('3');
  const names = await readdir(path);
  expect(names.filter((name) => !name.startsWith('..'))).toEqual(['a']);
  expect(names.filter((name) => name.startsWith('..2'))).toHaveLength(1);
});

test('does not replace files that have not changed', async () => {
  const folder = new AtomicFolder(path);
  await folder.write(payload({ a: '1' }));
  const before = await readdir(path);
  expect(await folder.write(payload({ a: '1' }))).toBe(false);
  expect(await readdir(path)).toEqual(before);
});
