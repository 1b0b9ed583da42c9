import { regtest } from '../../bitcoin/chain.ts';
import type { PeerNames } from '../../bitcoin/peers/peer-changes.ts';

/** The names of a network's objects, all derived from its own. */
export interface NetworkNames extends PeerNames {
  readonly statefulSet: string;
  readonly service: string;
  readonly configMap: string;
  /** The pod of the node with this ordinal. */
  pod(ordinal: number): string;
  /** The pod's name in DNS, which the cluster's search domain completes. */
  dnsName(ordinal: number): string;
}

/** @param network the BitcoinNetwork's metadata.name */
export function networkNames(network: string): NetworkNames {
  const statefulSet = `${network}-sts`;
  const service = `${network}-svc`;
  const pod = (ordinal: number) => `${statefulSet}-${ordinal}`;
  const dnsName = (ordinal: number) => `${pod(ordinal)}.${service}`;
  const nameOf = (ordinal: number) => `${dnsName(ordinal)}:${regtest.p2pPort}`;
  return {
    statefulSet,
    service,
    configMap: `${network}-config`,
    pod,
    dnsName,
    nameOf,
    ordinalOf(name) {
      const ordinal = Number(name.slice(statefulSet.length + 1).split('.', 1)[0]);
      return Number.isInteger(ordinal) && name === nameOf(ordinal) ? ordinal : undefined;
    },
  };
}
