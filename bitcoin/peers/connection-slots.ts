import type { ConfigOptions } from '../config/config-file.ts';
import type { NetworkPlan } from '../plan/network-plan.ts';

/**
 * Connections of -maxconnections that bitcoind reserves for those that it opens itself: 8 full
 * relay, 2 block relay and 1 feeler (src/net.h of Bitcoin Core). It accepts only the rest.
 */
export const reservedConnections = 11;

/** bitcoind's default of -maxconnections. */
const defaultMaxConnections = 125;

/**
 * Returns -maxconnections as bitcoind reads it: a text that does not start with a number is 0, and
 * `nomaxconnections` is 0 or 1.
 */
export function maxConnections(options: ConfigOptions = {}): number {
  const { maxconnections, nomaxconnections } = options;
  const values = [
    ...(maxconnections === undefined ? [] : [Number.parseInt(String(maxconnections), 10) || 0]),
    ...(nomaxconnections === undefined ? [] : [0]),
  ];
  return values.length === 0 ? defaultMaxConnections : Math.min(...values);
}

/** Returns the number of peers that a node with these options accepts. */
export function inboundSlots(options: ConfigOptions | undefined): number {
  return Math.max(0, maxConnections(options) - reservedConnections);
}

/** Returns the number of peers that a node must accept: the most nodes that dial the same node. */
export function requiredInboundSlots({ nodes }: Pick<NetworkPlan, 'nodes'>): number {
  const dialed = new Map<string, number>();
  for (const { addnode, onetry } of nodes.values()) {
    for (const peer of [...addnode, ...onetry]) dialed.set(peer, (dialed.get(peer) ?? 0) + 1);
  }
  return Math.max(0, ...dialed.values());
}
