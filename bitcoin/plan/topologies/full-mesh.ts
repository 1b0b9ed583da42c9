/** Connections that bitcoind keeps from its addnode list, MAX_ADDNODE_CONNECTIONS in its net.h. */
export const maxAddnodeConnections = 8;

/**
 * The links of a network: who dials whom, nodes named by ordinal. A link is
 * the unordered pair; it is up if either end has the other as outbound peer.
 */
export interface Topology {
  /** For each node its addnode list, in order, at most {@link maxAddnodeConnections} long. */
  readonly addnode: readonly (readonly number[])[];
  /** For each node the further peers it has to be told to dial once. */
  readonly onetry: readonly (readonly number[])[];
}

/**
 * Every pair of nodes linked. Node i dials i+1, i+2, ... modulo the number of
 * nodes: up to 9 nodes each lists all others, up to 17 the addnode lists reach
 * every pair in one direction, and beyond that the pairs further apart are
 * left to `onetry`.
 *
 * @param nodes number of nodes, 0 or more
 */
export function fullMesh(nodes: number): Topology {
  const ordinals = Array.from({ length: nodes }, (_, ordinal) => ordinal);
  const listed = Math.min(nodes - 1, maxAddnodeConnections);
  const half = Math.floor(nodes / 2);
  const peersAt = (ordinal: number, first: number, last: number) =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (ordinal + first + i) % nodes);
  return {
    addnode: ordinals.map((ordinal) => peersAt(ordinal, 1, listed)),
    // In an even ring the opposite node is one step for both ends: only the lower one dials.
    onetry: ordinals.map((ordinal) =>
      peersAt(ordinal, listed + 1, nodes % 2 === 0 && ordinal >= half ? half - 1 : half),
    ),
  };
}

/** For each node the ordinals it is linked with, whoever dials, in ascending order. */
export function linkedPeers({ addnode, onetry }: Topology): number[][] {
  const peers = addnode.map(() => new Set<number>());
  for (const dials of [addnode, onetry]) {
    dials.forEach((targets, ordinal) => {
      for (const target of targets) {
        peers[ordinal]!.add(target);
        peers[target]!.add(ordinal);
      }
    });
  }
  return peers.map((set) => [...set].sort((a, b) => a - b));
}
