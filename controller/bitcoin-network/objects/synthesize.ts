import { App, Chart } from 'cdk8s';
import { BitcoinNetwork } from '../../../constructs/bitcoin-network/bitcoin-network.ts';
import { ValidationError } from '../../../crds/validation/index.ts';
import type { UnstructuredObject } from '../../../kube/api/object.ts';
import type { Scope } from '../scope.ts';
import type { ApplyFailure } from './failure.ts';

/**
 * Returns the objects of a network, as they are to be applied. Each call creates an App, because a
 * shared App keeps every construct that was ever added to it.
 *
 * @returns the failure if the spec is one that admission should have rejected
 */
export function synthesize(
  { network: { metadata, spec }, credentials }: Pick<Scope, 'network' | 'credentials'>,
  updatePartition: number,
): UnstructuredObject[] | ApplyFailure {
  const chart = new Chart(new App(), 'network');
  try {
    new BitcoinNetwork(chart, metadata.name, {
      ...spec,
      namespace: metadata.namespace!,
      live: { uid: metadata.uid!, credentials, updatePartition },
    });
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return { reason: 'InvalidSpec', message: error.message, terminal: true };
  }
  return chart.toJson() as UnstructuredObject[];
}
