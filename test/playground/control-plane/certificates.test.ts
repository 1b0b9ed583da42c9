import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createCertificates } from '../../../playground/control-plane/certificates.ts';
import { identities } from '../../../playground/control-plane/identities.ts';
import { useTemporaryFolder } from '../temporary-folder.ts';

const folder = useTemporaryFolder();
const now = new Date('2026-06-01T12:00:00Z');

async function certificate(name: string): Promise<X509Certificate> {
  return new X509Certificate(await readFile(join(folder(), 'pki', `${name}.crt`)));
}

beforeEach(() => createCertificates(join(folder(), 'pki'), identities('box'), now));

test('each certificate is signed by the authority and matches its key', async () => {
  const authority = await certificate('ca');
  expect(authority.ca).toBe(true);
  for (const { file } of identities('box')) {
    const signed = await certificate(file);
    expect(signed.ca).toBe(false);
    expect(signed.checkIssued(authority)).toBe(true);
    expect(signed.verify(authority.publicKey)).toBe(true);
    const key = await readFile(join(folder(), 'pki', `${file}.key`));
    expect(signed.checkPrivateKey(createPrivateKey(key))).toBe(true);
  }
});

test.each([
  ['admin', 'O=system:masters\nCN=admin'],
  ['kube-controller-manager', 'CN=system:kube-controller-manager'],
  ['kube-scheduler', 'CN=system:kube-scheduler'],
  ['node', 'O=system:nodes\nCN=system:node:box'],
])('the certificate of %s has the subject that RBAC expects', async (file, subject) => {
  expect((await certificate(file)).subject).toBe(subject);
});

test('the certificate of the API server has its addresses and names', async () => {
  const server = await certificate('kube-apiserver');
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(server.checkIP('10.96.0.1')).toBe('10.96.0.1');
  expect(server.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
});

test('the certificate of the kubelet is for servers and clients', async () => {
  const node = await certificate('node');
  expect(node.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(node.checkHost('box')).toBe('box');
  expect(node.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1']);
  expect((await certificate('admin')).keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
});

test('certificates are valid for ten years, from an hour ago', async () => {
  const { validFromDate, validToDate } = await certificate('admin');
  expect(validFromDate).toEqual(new Date('2026-06-01T11:00:00Z'));
  expect(validToDate).toEqual(new Date('2036-06-01T12:00:00Z'));
});

test('the key pair for tokens matches', async () => {
  const file = join(folder(), 'pki/service-account');
  const signing = createPrivateKey(await readFile(`${file}.key`));
  const checking = createPublicKey(await readFile(`${file}.pub`));
  expect(createPublicKey(signing).equals(checking)).toBe(true);
});

test('only the owner can read the keys', async () => {
  const files = await readdir(join(folder(), 'pki'));
  const keys = files.filter((name) => name.endsWith('.key'));
  expect(keys).toHaveLength(identities('box').length + 2);
  for (const key of keys) expect((await stat(join(folder(), 'pki', key))).mode & 0o777).toBe(0o600);
});

test('a failure leaves no files', async () => {
  await mkdir(join(folder(), 'second'));
  const broken = [{ file: 'no/such/folder', user: 'x' }];
  await expect(createCertificates(join(folder(), 'second/pki'), broken, now)).rejects.toThrow();
  expect(await readdir(join(folder(), 'second'))).toEqual([]);
});
