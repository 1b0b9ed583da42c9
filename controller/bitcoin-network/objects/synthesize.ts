import { App, Chart } from 'cdk8s';
import { BitcoinNetwork as BitcoinNetworkConstruct } from '../../../constructs/bitcoin-network/bitcoin-network.ts';
import type { LiveContext } from '../../../constructs/bitcoin-network/context.ts';
import type { UnstructuredObject } from '../../../kube/api/object.ts';
import type { BitcoinNetwork } from '../../../imports/bitcoin-network.ts';

/**
 * The objects of a live network, as they are to be applied. The App is made
 * anew each time, since one that is shared only grows.
 *
 * @throws {ValidationError} if the spec is one that admission should have refused
 */
export function synthesize(
  { metadata, spec }: BitcoinNetwork,
  controller: Omit<LiveContext, 'uid'>,
): UnstructuredObject[] {
  const chart = new Chart(new App(), 'network');
  new BitcoinNetworkConstruct(chart, metadata.name, {
    ...spec,
    namespace: metadata.namespace!,
    live: { uid: metadata.uid!, ...controller },
  });
  return chart.toJson() as UnstructuredObject[];
}
