import {
  directoryMounts,
  fileMount,
  volumes,
} from '../../../../constructs/bitcoin-network/pod/volumes.ts';
import { context } from '../builders.ts';

test('volumes are the ConfigMap, a memory volume for the written files, and the data', () => {
  expect(volumes(context())).toEqual([
    { name: 'config', configMap: { name: 'alice-config', defaultMode: 0o444 } },
    { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    { name: 'data', emptyDir: {} },
  ]);
});

test('every mount refers to a volume', () => {
  const names = volumes(context()).map(({ name }) => name);
  for (const { name } of [...directoryMounts, fileMount('a', '/a')]) {
    expect(names).toContain(name);
  }
});

test('the ConfigMap and single files are mounted read-only', () => {
  expect(directoryMounts[0]).toMatchObject({ name: 'config', readOnly: true });
  expect(fileMount('bitcoin-cli', '/usr/local/bin/bitcoin-cli')).toEqual({
    name: 'run',
    mountPath: '/usr/local/bin/bitcoin-cli',
    subPath: 'bitcoin-cli',
    readOnly: true,
  });
});
