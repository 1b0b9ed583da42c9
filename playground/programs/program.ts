/** A program that the playground runs. `bitcoind` includes bitcoin-cli in the same folder. */
export type ProgramName =
  'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kubectl' | 'bitcoind';

/** The version that a program on PATH must have. */
export interface ProgramVersion {
  /** Arguments that print the version. */
  readonly args: readonly string[];
  /** A semantic version. */
  readonly minimum: string;
}

const kubernetes: ProgramVersion = { args: ['--version'], minimum: '1.36.0' };

/**
 * The oldest supported versions.
 * - The API server of Kubernetes 1.36 is the first that passes exec to a kubelet as WebSocket.
 * - etcd 3.5.13 is the first 3.5 with the watch progress that the API server's cache relies on.
 * - bitcoind 29 is the oldest version that was tested.
 */
export const programVersions: Readonly<Record<ProgramName, ProgramVersion>> = {
  etcd: { args: ['--version'], minimum: '3.5.13' },
  'kube-apiserver': kubernetes,
  'kube-controller-manager': kubernetes,
  'kube-scheduler': kubernetes,
  kubectl: { args: ['version', '--client'], minimum: '1.32.0' },
  bitcoind: { args: ['--version'], minimum: '29.0.0' },
};

/** The files of a program, which must be in one folder. */
export function programFiles(name: ProgramName): readonly string[] {
  return name === 'bitcoind' ? ['bitcoind', 'bitcoin-cli'] : [name];
}

/** The environment variable with the path of a program, such as PLAYGROUND_KUBE_APISERVER. */
export function programVariable(name: ProgramName): string {
  return `PLAYGROUND_${name.toUpperCase().replaceAll('-', '_')}`;
}
