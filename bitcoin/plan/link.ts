/** Connections that bitcoind keeps from its addnode list: MAX_ADDNODE_CONNECTIONS in its net.h. */
export const maxAddnodeConnections = 8;

/**
 * The links of a topology: for each node the peers that it dials. Nodes are numbered in the order
 * of the plan. A link is an unordered pair of nodes; it is up if either end has the other as an
 * outbound peer.
 */
export interface LinkPlan {
  /**
   * For each node its addnode list, in order, with at most {@link maxAddnodeConnections} entries.
   */
  readonly addnode: readonly (readonly number[])[];
  /** For each node the peers that no addnode list has room for; the node dials them by `onetry`. */
  readonly onetry: readonly (readonly number[])[];
}

/** Returns for each node the peers it is linked with, whichever end dials, in ascending order. */
export function linkedPeers({ addnode, onetry }: LinkPlan): number[][] {
  const peers = addnode.map(() => new Set<number>());
  for (const dials of [addnode, onetry]) {
    dials.forEach((targets, node) => {
      for (const target of targets) {
        peers[node]!.add(target);
        peers[target]!.add(node);
      }
    });
  }
  return peers.map((set) => [...set].sort((a, b) => a - b));
}
