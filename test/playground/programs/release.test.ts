import { checksumOf, officialSites, releaseOf } from '../../../playground/programs/release.ts';

const sum = 'a'.repeat(64);
const other = 'b'.repeat(64);

describe('releaseOf', () => {
  test('a Kubernetes program is a single file with its own checksum file', () => {
    const release = releaseOf('kube-apiserver', 'x64', officialSites);
    const url = 'https://dl.k8s.io/v1.36.3/bin/linux/amd64/kube-apiserver';
    expect(release).toMatchObject({ url, checksumsUrl: `${url}.sha256`, members: [] });
  });

  test('etcd comes in an archive', () => {
    const base = 'https://github.com/etcd-io/etcd/releases/download/v3.6.8';
    expect(releaseOf('etcd', 'arm64', officialSites)).toMatchObject({
      url: `${base}/etcd-v3.6.8-linux-arm64.tar.gz`,
      checksumsUrl: `${base}/SHA256SUMS`,
      members: ['etcd-v3.6.8-linux-arm64/etcd'],
    });
  });

  test('bitcoind and bitcoin-cli come in one archive', () => {
    const base = 'https://bitcoincore.org/bin/bitcoin-core-31.1';
    expect(releaseOf('bitcoind', 'arm64', officialSites)).toMatchObject({
      url: `${base}/bitcoin-31.1-aarch64-linux-gnu.tar.gz`,
      checksumsUrl: `${base}/SHA256SUMS`,
      members: ['bitcoin-31.1/bin/bitcoind', 'bitcoin-31.1/bin/bitcoin-cli'],
    });
    expect(releaseOf('bitcoind', 'x64', officialSites).url).toContain('-x86_64-linux-gnu.tar.gz');
  });

  test('each processor has its own cache folder', () => {
    const folders = ['x64', 'arm64'].map(
      (arch) => releaseOf('kubectl', arch, officialSites).folder,
    );
    expect(folders[0]).not.toBe(folders[1]);
  });

  test('rejects a processor without releases', () => {
    expect(() => releaseOf('etcd', 'riscv64', officialSites)).toThrow('riscv64');
  });
});

describe('checksumOf', () => {
  test('reads a list that is a single checksum', () => {
    expect(checksumOf(`${sum.toUpperCase()}\n`, 'kubectl')).toBe(sum);
  });

  test.each([
    `${other}  b.tar.gz\n${sum}  a.tar.gz\n`,
    `${sum} *a.tar.gz`,
    `${sum}  ./a.tar.gz\r\n`,
  ])('finds the checksum of a file in %j', (list) => {
    expect(checksumOf(list, 'a.tar.gz')).toBe(sum);
  });

  test.each([`${other}  ba.tar.gz\n`, `${other}  a.tar.gz.asc`, '<html>Not found</html>', ''])(
    'does not return the checksum of another file from %j',
    (list) => {
      expect(checksumOf(list, 'a.tar.gz')).toBeUndefined();
    },
  );
});
