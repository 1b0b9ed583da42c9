import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { writeKubeconfig } from '../../../playground/control-plane/kubeconfig.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();

test('contains the credentials, and only its owner can read it', async () => {
  for (const name of ['ca.crt', 'admin.crt', 'admin.key']) {
    await writeFile(join(folder(), name), `the ${name}`);
  }
  const file = join(folder(), 'kubeconfig');
  await writeKubeconfig(file, 'https://127.0.0.1:1', folder(), 'admin');
  await writeKubeconfig(file, 'https://127.0.0.1:2', folder(), 'admin');
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const config = new KubeConfig();
  config.loadFromString(await readFile(file, 'utf8'));
  const text = (data: string | undefined): string => Buffer.from(data ?? '', 'base64').toString();
  expect(config.getCurrentCluster()?.server).toBe('https://127.0.0.1:2');
  expect(text(config.getCurrentCluster()?.caData)).toBe('the ca.crt');
  expect(text(config.getCurrentUser()?.certData)).toBe('the admin.crt');
  expect(text(config.getCurrentUser()?.keyData)).toBe('the admin.key');
});
