import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  defaultStateFolder,
  eraseState,
  createState,
  stateIn,
} from '../../../playground/control-plane/state.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();

test('is in XDG_STATE_HOME, and in ~/.local/state by default', () => {
  const name = 'bitcoin-controller/playground';
  expect(defaultStateFolder({ XDG_STATE_HOME: '/x' })).toBe(join('/x', name));
  expect(defaultStateFolder({})).toBe(join(homedir(), '.local/state', name));
});

test('is accessible only to its owner', async () => {
  const state = stateIn(join(folder(), 'state'));
  await createState(state);
  expect((await stat(state.folder)).mode & 0o777).toBe(0o700);
});

test('rejects a path that is too long for a socket', () => {
  expect(() => stateIn(`/${'x'.repeat(100)}`)).toThrow(/too long .* --state DIR/);
});

describe('eraseState', () => {
  test('removes the folder', async () => {
    const state = stateIn(join(folder(), 'state'));
    await createState(state);
    await mkdir(state.pki);
    await writeFile(join(state.pki, 'ca.key'), '');
    await writeFile(state.exampleCreated, '');
    await eraseState(state);
    expect(await readdir(folder())).toEqual([]);
  });

  test('erases nothing in a folder with other files', async () => {
    const state = stateIn(folder());
    await createState(state);
    await writeFile(join(folder(), 'thesis.txt'), '');
    const before = await readdir(folder());
    await expect(eraseState(state)).rejects.toThrow('thesis.txt');
    expect(await readdir(folder())).toEqual(before);
  });

  test('accepts a folder that does not exist', async () => {
    await expect(eraseState(stateIn(join(folder(), 'state')))).resolves.toBeUndefined();
  });
});
