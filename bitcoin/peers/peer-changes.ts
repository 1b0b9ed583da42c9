import { linkedPeers, type Topology } from '../plan/topologies/full-mesh.ts';

/** What a running node says of its peers, each named `host:port` as it was dialled. */
export interface NodePeers {
  /** Its addnode list, from getaddednodeinfo. */
  readonly added: readonly string[];
  /** Peers it dialled itself and shook hands with, from getpeerinfo. */
  readonly outbound: readonly string[];
}

/** Changes that bring one node to the plan, each a list of `host:port`. */
export interface PeerChanges {
  /** Put on the addnode list. */
  readonly add: readonly string[];
  /** Take off the addnode list. */
  readonly remove: readonly string[];
  /** Close the connection. */
  readonly disconnect: readonly string[];
  /** Dial now, as `onetry`. */
  readonly dial: readonly string[];
}

/** How peers are named: the ordinal a name stands for, and the name of an ordinal. */
export interface PeerNames {
  /** The `host:port` that nodes dial to reach the node. */
  nameOf(ordinal: number): string;
  /** The node's ordinal, also of one that no longer exists; undefined for a peer that is not of this network. */
  ordinalOf(name: string): number | undefined;
}

/** The plan for one network, and what its running nodes say. */
export interface PeerState {
  readonly topology: Topology;
  readonly names: PeerNames;
  /** The nodes that answered, by ordinal. */
  readonly nodes: ReadonlyMap<number, NodePeers>;
}

/**
 * For each node of the plan the planned peers it is linked with. A link is up
 * if either end says that it dialled the other.
 */
export function connectedPeers({ topology, names, nodes }: PeerState): Set<number>[] {
  const connected = topology.addnode.map(() => new Set<number>());
  for (const [ordinal, { outbound }] of nodes) {
    for (const name of outbound) {
      const peer = names.ordinalOf(name);
      if (peer === undefined) continue;
      connected[ordinal]?.add(peer);
      connected[peer]?.add(ordinal);
    }
  }
  return connected;
}

/**
 * What to change on each node that answered. Peers that are not of this
 * network belong to the user and stay. A planned peer is dialled by the node
 * whose list has it, if the link is down and the peer is running.
 */
export function planPeerChanges(state: PeerState): Map<number, PeerChanges> {
  const { topology, names, nodes } = state;
  const connected = connectedPeers(state);
  const linked = linkedPeers(topology);
  const changes = new Map<number, PeerChanges>();
  for (const [ordinal, { added, outbound }] of nodes) {
    const wanted = topology.addnode[ordinal]?.map((peer) => names.nameOf(peer)) ?? [];
    const targets = [...(topology.addnode[ordinal] ?? []), ...(topology.onetry[ordinal] ?? [])];
    const isOurs = (name: string) => names.ordinalOf(name) !== undefined;
    changes.set(ordinal, {
      add: wanted.filter((name) => !added.includes(name)),
      remove: added.filter((name) => isOurs(name) && !wanted.includes(name)),
      disconnect: outbound.filter(
        (name) => isOurs(name) && !linked[ordinal]?.includes(names.ordinalOf(name)!),
      ),
      dial: targets
        .filter((peer) => nodes.has(peer) && !connected[ordinal]?.has(peer))
        .map((peer) => names.nameOf(peer)),
    });
  }
  return changes;
}
