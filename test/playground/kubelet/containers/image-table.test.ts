import { imageTable, repository } from '../../../../playground/kubelet/containers/image-table.ts';

test.each([
  ['nginx', 'docker.io/library/nginx'],
  ['bitcoin/bitcoin', 'docker.io/bitcoin/bitcoin'],
  ['bitcoin/bitcoin:31.1', 'docker.io/bitcoin/bitcoin'],
  ['docker.io/bitcoin/bitcoin@sha256:12', 'docker.io/bitcoin/bitcoin'],
  ['localhost:5000/a/b:c', 'localhost:5000/a/b'],
  ['localhost/controller', 'localhost/controller'],
])('the repository of %s is %s', (reference, expected) => {
  expect(repository(reference)).toBe(expected);
});

describe('imageTable', () => {
  const images = imageTable({
    bitcoinBin: '/cache/bitcoin/bin',
    appDir: import.meta.dirname,
    nodeBin: '/opt/node',
    controllerImage: 'localhost/controller:0.1.0',
  });

  test('maps bitcoin/bitcoin with any tag to bitcoind, mounted at its path on the host', () => {
    const image = images('docker.io/bitcoin/bitcoin:29.0')!;
    expect(image.mounts).toEqual([
      { source: '/cache/bitcoin', target: '/cache/bitcoin', readOnly: true },
    ]);
    expect(image.links['/opt/bitcoin/bin/bitcoind']).toBe('/cache/bitcoin/bin/bitcoind');
    expect(image.env.PATH).toMatch(/^\/opt\/bitcoin\/bin:/);
  });

  test('maps the image of the controller to node and the folder of the app', () => {
    const image = images('localhost/controller:0.1.0')!;
    expect([image.entrypoint, image.workingDir]).toEqual([['node'], '/app']);
    expect(image.mounts.map(({ target }) => target)).toContain('/app/image-table.test.ts');
  });

  test('does not know other images', () => {
    expect(images('docker.io/library/bitcoin:31.1')).toBeUndefined();
  });

  test.each(['/usr/bin', '/bin'])('mounts nothing for bitcoind in %s', (bitcoinBin) => {
    const table = imageTable({
      bitcoinBin,
      appDir: import.meta.dirname,
      nodeBin: '/',
      controllerImage: 'c',
    });
    expect(table('bitcoin/bitcoin')!.mounts).toEqual([]);
  });

  test('mounts /usr/local for bitcoind in /usr/local/bin', () => {
    const bitcoinBin = '/usr/local/bin';
    const table = imageTable({
      bitcoinBin,
      appDir: import.meta.dirname,
      nodeBin: '/',
      controllerImage: 'c',
    });
    expect(table('bitcoin/bitcoin')!.mounts).toHaveLength(1);
  });
});
