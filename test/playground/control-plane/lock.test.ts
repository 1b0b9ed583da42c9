import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { lockState } from '../../../playground/control-plane/lock.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();

test('rejects a second lock by any path of the folder and names the holder', async () => {
  const lock = await lockState(folder());
  const alias = join(folder(), 'alias');
  await symlink(folder(), alias);
  await expect(lockState(alias)).rejects.toThrow(
    `another playground (process ${process.pid}) uses the state folder ${alias}`,
  );
  lock.release();
});

test('a released lock can be acquired again', async () => {
  (await lockState(folder())).release();
  (await lockState(folder())).release();
});

test('locks on different folders are independent', async () => {
  const other = join(folder(), 'other');
  await mkdir(other);
  const locks = [await lockState(folder()), await lockState(other)];
  for (const lock of locks) lock.release();
});
