import { PlaygroundError } from '../playground-error.ts';
import { programFiles, type ProgramName } from './program.ts';

/** The base URLs of the official releases, without a trailing slash. */
export interface ReleaseSites {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly bitcoin: string;
}

export const officialSites: ReleaseSites = {
  kubernetes: 'https://dl.k8s.io',
  etcd: 'https://github.com/etcd-io/etcd/releases/download',
  bitcoin: 'https://bitcoincore.org/bin',
};

const kubernetesVersion = 'v1.36.3';
const etcdVersion = 'v3.6.8';
const bitcoinVersion = '31.1';

/** A file of an official release. */
export interface Release {
  /** The cache folder, which is unique for program, version and processor. */
  readonly folder: string;
  readonly url: string;
  /** The published list of SHA-256 checksums, which is read for each download. */
  readonly checksumsUrl: string;
  /** The programs' paths in the archive; empty if the file is the program itself. */
  readonly members: readonly string[];
}

/** The projects' names for the processors in process.arch. */
const processors: Readonly<Record<string, { go: string; gnu: string }>> = {
  x64: { go: 'amd64', gnu: 'x86_64' },
  arm64: { go: 'arm64', gnu: 'aarch64' },
};

/**
 * The official release of a program for Linux.
 *
 * @param arch a processor as in process.arch
 * @throws PlaygroundError for a processor without releases
 */
export function releaseOf(name: ProgramName, arch: string, sites: ReleaseSites): Release {
  const processor = processors[arch];
  if (!processor) throw new PlaygroundError(`no official release for ${arch} processors exists`);
  if (name === 'etcd') {
    const archive = `etcd-${etcdVersion}-linux-${processor.go}`;
    return {
      folder: archive,
      url: `${sites.etcd}/${etcdVersion}/${archive}.tar.gz`,
      checksumsUrl: `${sites.etcd}/${etcdVersion}/SHA256SUMS`,
      members: [`${archive}/etcd`],
    };
  }
  if (name === 'bitcoind') {
    const prefix = `bitcoin-${bitcoinVersion}`;
    const archive = `${prefix}-${processor.gnu}-linux-gnu`;
    const base = `${sites.bitcoin}/bitcoin-core-${bitcoinVersion}`;
    return {
      folder: archive,
      url: `${base}/${archive}.tar.gz`,
      checksumsUrl: `${base}/SHA256SUMS`,
      members: programFiles(name).map((file) => `${prefix}/bin/${file}`),
    };
  }
  const url = `${sites.kubernetes}/${kubernetesVersion}/bin/linux/${processor.go}/${name}`;
  return {
    folder: `${name}-${kubernetesVersion}-linux-${processor.go}`,
    url,
    checksumsUrl: `${url}.sha256`,
    members: [],
  };
}

/**
 * Finds the SHA-256 checksum of a file in a published list, which consists either of lines
 * `CHECKSUM  NAME` or of one checksum.
 *
 * @returns undefined if the list does not contain the file
 */
export function checksumOf(list: string, file: string): string | undefined {
  const bare = /^\s*([0-9a-f]{64})\s*$/i.exec(list);
  if (bare) return bare[1]!.toLowerCase();
  for (const line of list.split('\n')) {
    const match = /^([0-9a-f]{64}) [ *](?:\.\/)?(.+?)\s*$/i.exec(line);
    if (match?.[2] === file) return match[1]!.toLowerCase();
  }
  return undefined;
}
