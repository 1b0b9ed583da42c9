import { readdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defaultCacheFolder, createCacheFolder } from '../../../playground/programs/cache.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const cache = useTemporaryFolder();

test('is where XDG says', () => {
  expect(defaultCacheFolder({ XDG_CACHE_HOME: '/x' })).toBe('/x/bitcoin-controller');
  expect(defaultCacheFolder({})).toBe(join(homedir(), '.cache/bitcoin-controller'));
});

test('a folder appears when it is complete', async () => {
  await createCacheFolder(cache(), 'tool', async (work) => {
    expect(await readdir(cache())).not.toContain('tool');
    await writeFile(join(work, 'bin/tool'), '');
  });
  expect(await readdir(join(cache(), 'tool/bin'))).toEqual(['tool']);
});

test('a folder that fails leaves nothing', async () => {
  const failing = createCacheFolder(cache(), 'tool', () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await readdir(cache())).toEqual([]);
});

test('of two at the same time the first one stays', async () => {
  await createCacheFolder(cache(), 'tool', async (outer) => {
    await writeFile(join(outer, 'bin/tool'), 'second');
    await createCacheFolder(cache(), 'tool', (inner) =>
      writeFile(join(inner, 'bin/tool'), 'first'),
    );
  });
  expect(await readFile(join(cache(), 'tool/bin/tool'), 'utf8')).toBe('first');
  expect(await readdir(cache())).toEqual(['tool']);
});
