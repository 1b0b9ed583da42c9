import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { lockState } from '../../../playground/control-plane/lock.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();

test('a second claim is refused and names the holder, by whatever path it comes', async () => {
  const lock = await lockState(folder());
  const alias = join(folder(), 'alias');
  await symlink(folder(), alias);
  await expect(lockState(alias)).rejects.toThrow(
    `another playground (process ${process.pid}) uses the state folder ${alias}`,
  );
  lock.release();
});

test('a claim that was let go can be made again', async () => {
  (await lockState(folder())).release();
  (await lockState(folder())).release();
});

test('folders do not get in each other’s way', async () => {
  const other = join(folder(), 'other');
  await mkdir(other);
  const locks = [await lockState(folder()), await lockState(other)];
  for (const lock of locks) lock.release();
});
