import type { Version } from './version.ts';

/** A program that the playground runs. `bitcoind` includes bitcoin-cli in the same folder. */
export type ProgramName =
  'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubectl' | 'bitcoind';

/** What makes a program found on PATH usable. */
export interface ProgramVersion {
  /** Arguments that make it print its version. */
  readonly args: readonly string[];
  readonly minimum: Version;
}

const kubernetes: ProgramVersion = { args: ['--version'], minimum: [1, 36, 0] };

/**
 * The versions that are usable.
 * - Kubernetes 1.36 is the first whose API server passes exec to a node as WebSocket.
 * - etcd 3.5.13 is the first 3.5 with the watch progress that the API server's cache relies on.
 * - bitcoind 29 is the oldest that networks were run with.
 */
export const programVersions: Readonly<Record<ProgramName, ProgramVersion>> = {
  etcd: { args: ['--version'], minimum: [3, 5, 13] },
  'kube-apiserver': kubernetes,
  'kube-controller-manager': kubernetes,
  'kube-scheduler': kubernetes,
  kubectl: { args: ['version', '--client'], minimum: [1, 32, 0] },
  bitcoind: { args: ['--version'], minimum: [29, 0, 0] },
};

/** The files that must lie in one folder for the program to be complete. */
export function programFiles(name: ProgramName): readonly string[] {
  return name === 'bitcoind' ? ['bitcoind', 'bitcoin-cli'] : [name];
}

/** The environment variable that names a program's file: PLAYGROUND_KUBE_APISERVER, say. */
export function programVariable(name: ProgramName): string {
  return `PLAYGROUND_${name.toUpperCase().replaceAll('-', '_')}`;
}
