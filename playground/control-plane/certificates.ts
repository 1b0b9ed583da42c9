import 'reflect-metadata';
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as x509 from '@peculiar/x509';

/** The subject of a certificate. */
export interface Subject {
  /** The name of the files FILE.crt and FILE.key. */
  readonly file: string;
  /** The user name for the API server. */
  readonly user: string;
  /** @default none */
  readonly group?: string;
  /** The addresses and DNS names of a server. @default none: the certificate is for clients only */
  readonly names?: readonly { readonly type: 'ip' | 'dns'; readonly value: string }[];
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const validYears = 10;

/**
 * Creates a certificate authority (ca), a certificate for each subject, and the key pair that signs
 * ServiceAccount tokens (service-account.key and service-account.pub) in `folder`, which must not
 * exist. The folder is created atomically. Only the owner can read the keys.
 */
export async function createCertificates(
  folder: string,
  subjects: readonly Subject[],
  now: Date,
): Promise<void> {
  const work = await mkdtemp(join(dirname(folder), '.pki-'));
  try {
    const authority = await createAuthority(work, now);
    for (const subject of subjects) await createCertificate(work, subject, authority, now);
    await writeTokenKeys(work);
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Authority {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

async function createAuthority(folder: string, now: Date): Promise<Authority> {
  const keys = await newKeys();
  const usage = x509.KeyUsageFlags.keyCertSign;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...common(now),
    name: [{ CN: ['bitcoin-controller playground'] }],
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(usage, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await writePair(folder, 'ca', certificate, keys);
  return { certificate, keys };
}

async function createCertificate(
  folder: string,
  subject: Subject,
  authority: Authority,
  now: Date,
): Promise<void> {
  const keys = await newKeys();
  const names = subject.names ?? [];
  const certificate = await x509.X509CertificateGenerator.create({
    ...common(now),
    subject: [
      ...(subject.group === undefined ? [] : [{ O: [subject.group] }]),
      { CN: [subject.user] },
    ],
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.clientAuth,
        ...(names.length === 0 ? [] : [x509.ExtendedKeyUsage.serverAuth]),
      ]),
      ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension([...names])]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
    ],
  });
  await writePair(folder, subject.file, certificate, keys);
}

/** The validity starts an hour ago, in case the clock is set back. */
function common(now: Date): {
  serialNumber: string;
  notBefore: Date;
  notAfter: Date;
  signingAlgorithm: typeof algorithm;
} {
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + validYears);
  // Serial numbers are positive, so the first bit is 0.
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return {
    serialNumber: serial.toString('hex'),
    notBefore: new Date(now.getTime() - 3_600_000),
    notAfter,
    signingAlgorithm: algorithm,
  };
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function writePair(
  folder: string,
  name: string,
  certificate: x509.X509Certificate,
  keys: webcrypto.CryptoKeyPair,
): Promise<void> {
  await writeFile(join(folder, `${name}.crt`), `${certificate.toString('pem')}\n`);
  await writeKey(folder, name, keys);
}

async function writeTokenKeys(folder: string): Promise<void> {
  const keys = await newKeys();
  await writeKey(folder, 'service-account', keys);
  const pem = KeyObject.from(keys.publicKey).export({ type: 'spki', format: 'pem' });
  await writeFile(join(folder, 'service-account.pub'), pem);
}

async function writeKey(
  folder: string,
  name: string,
  keys: webcrypto.CryptoKeyPair,
): Promise<void> {
  const pem = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
  await writeFile(join(folder, `${name}.key`), pem, { mode: 0o600 });
}
