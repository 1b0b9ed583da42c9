import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeApp } from '../../playground/app-folder.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const folder = useTemporaryFolder();

test('has the layout of the image, and is replaced each time', async () => {
  const checkout = join(folder(), 'checkout');
  const app = join(folder(), 'app');
  await mkdir(app);
  await mkdir(join(checkout, 'build/old'), { recursive: true });
  await composeApp(app, checkout);
  expect((await readdir(app)).sort()).toEqual(['node_modules', 'old', 'package.json']);

  const other = join(folder(), 'other');
  await mkdir(join(other, 'build/controller'), { recursive: true });
  await writeFile(join(other, 'build/.tsbuildinfo'), '');
  await composeApp(app, other);
  expect((await readdir(app)).sort()).toEqual(['controller', 'node_modules', 'package.json']);
  expect(await readlink(join(app, 'controller'))).toBe(join(other, 'build/controller'));
  expect(await readlink(join(app, 'node_modules'))).toBe(join(other, 'node_modules'));
});
