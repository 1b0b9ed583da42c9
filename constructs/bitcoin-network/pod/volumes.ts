import { dataDirectory } from '../../../bitcoin/config/config-file.ts';
import type { NetworkContext } from '../context.ts';

/** Directory of the ConfigMap's files in both containers. */
export const configDirectory = '/etc/bitcoin-network';

/** Memory volume for the files that start.sh writes: bitcoin.conf and a copy of bitcoin-cli. */
export const runDirectory = '/run/bitcoin-network';

/** The volumes of a pod. */
export function volumes({ names }: NetworkContext) {
  return [
    { name: 'config', configMap: { name: names.configMap, defaultMode: 0o444 } },
    { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
    { name: 'data', emptyDir: {} },
  ];
}

/** The volumes in both containers. */
export const directoryMounts = [
  { name: 'config', mountPath: configDirectory, readOnly: true },
  { name: 'run', mountPath: runDirectory },
  { name: 'data', mountPath: dataDirectory },
];

/** Returns the mount of one file of the memory volume. */
export function fileMount(file: string, mountPath: string) {
  return { name: 'run', mountPath, subPath: file, readOnly: true };
}
