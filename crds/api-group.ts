/** API group of every version. */
export const apiGroup = 'bitcoincontroller.christianb93.github.com';

/** Names of the resource, in all versions. */
export const crdNames = {
  kind: 'BitcoinNetwork',
  listKind: 'BitcoinNetworkList',
  plural: 'bitcoinnetworks',
  singular: 'bitcoinnetwork',
  shortNames: ['bcn'],
  categories: ['bitcoin'],
} as const;
