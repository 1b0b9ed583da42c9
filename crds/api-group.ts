/** The API group of all kinds. */
export const apiGroup = 'bitcoincontroller.christianb93.github.com';

/** The names of BitcoinNetwork, which are the same in all versions. */
export const crdNames = {
  kind: 'BitcoinNetwork',
  listKind: 'BitcoinNetworkList',
  plural: 'bitcoinnetworks',
  singular: 'bitcoinnetwork',
  shortNames: ['bcn'],
  categories: ['bitcoin'],
} as const;
