import type { NetworkContext } from '../context.ts';
import { commonContainer } from './container.ts';
import { configDirectory, directoryMounts } from './volumes.ts';

/** The init container, which writes the files that the container `bitcoind` mounts. */
export function prepareContainer(context: NetworkContext) {
  return {
    name: 'prepare',
    ...commonContainer(context),
    command: ['sh', `${configDirectory}/start.sh`, 'prepare'],
    volumeMounts: directoryMounts,
  };
}
