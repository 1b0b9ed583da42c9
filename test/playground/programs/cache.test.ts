import { readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defaultCacheFolder, createCacheFolder } from '../../../playground/programs/cache.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const cache = useTemporaryFolder();

test('is in XDG_CACHE_HOME, and in ~/.cache by default', () => {
  expect(defaultCacheFolder({ XDG_CACHE_HOME: '/x' })).toBe('/x/bitcoin-controller');
  expect(defaultCacheFolder({})).toBe(join(homedir(), '.cache/bitcoin-controller'));
});

test('creates a folder only when it is complete', async () => {
  await createCacheFolder(cache(), 'tool', async (work) => {
    expect(await readdir(cache())).not.toContain('tool');
    await writeFile(join(work, 'bin/tool'), '');
  });
  expect(await readdir(join(cache(), 'tool/bin'))).toEqual(['tool']);
});

test('leaves nothing of a folder that could not be filled', async () => {
  const failing = createCacheFolder(cache(), 'tool', () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await readdir(cache())).toEqual([]);
});

test('keeps the first of two folders that are created concurrently', async () => {
  await createCacheFolder(cache(), 'tool', async (outer) => {
    await writeFile(join(outer, 'bin/tool'), 'second');
    await createCacheFolder(cache(), 'tool', (inner) =>
      writeFile(join(inner, 'bin/tool'), 'first'),
    );
  });
  expect(await readFile(join(cache(), 'tool/bin/tool'), 'utf8')).toBe('first');
  expect(await readdir(cache())).toEqual(['tool']);
});
