import { v1 } from '../../crds/index.ts';
import { defaulted } from '../../crds/validation/index.ts';
import type { BitcoinNetwork, BitcoinNetworkSpec } from '../../imports/bitcoin-network.ts';

/** A BitcoinNetwork as the API server stores it. */
export type DefaultedBitcoinNetwork = BitcoinNetwork & {
  spec: Required<Pick<BitcoinNetworkSpec, 'image' | 'imagePullPolicy' | 'resources'>>;
};

/** Returns a copy of a valid network in which every absent field has the schema's default. */
export function withDefaults(network: BitcoinNetwork): DefaultedBitcoinNetwork {
  return defaulted(v1, network) as DefaultedBitcoinNetwork;
}
