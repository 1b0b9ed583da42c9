export { BitcoinNetworkCrd } from './bitcoin-network-crd.ts';
