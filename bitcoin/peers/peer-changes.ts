import type { NetworkPlan } from '../plan/network-plan.ts';
import type { NodeName } from '../plan/node-name.ts';
import type { NodePeers } from './node-peers.ts';

/** Changes that bring one node to the plan. The first three lists hold `host:port` addresses. */
export interface PeerChanges {
  /** Peers to put on the addnode list. */
  readonly add: readonly string[];
  /** Peers to take off the addnode list. */
  readonly remove: readonly string[];
  /** Peers to disconnect. */
  readonly disconnect: readonly string[];
  /** Peers to dial now, by `onetry`. */
  readonly dial: readonly NodeName[];
}

/**
 * The addresses by which the nodes of one network dial each other, each a `host:port`. A node has a
 * stable DNS name and the IP address of its current pod.
 */
export interface PeerAddresses {
  /** Returns the address by DNS name, for addnode lists. */
  byName(node: NodeName): string;
  /**
   * Returns the address to dial now: the IP address, because the cluster's DNS may cache for up to
   * 30 s that a name does not exist; the DNS name if the node has no IP address.
   */
  toDial(node: NodeName): string;
  /**
   * Returns the node with this DNS name or IP address in any spelling, even a node that left the
   * plan; undefined for peers of other networks.
   */
  nodeOf(address: string): NodeName | undefined;
}

/** The plan of one network and the peers that its running nodes report. */
export interface PeerState {
  readonly plan: Pick<NetworkPlan, 'nodes'>;
  readonly addresses: PeerAddresses;
  /** The peers of each node that responds. */
  readonly nodes: ReadonlyMap<NodeName, NodePeers>;
}

/** The nodes of one network that each planned node is connected with. */
export type ConnectedPeers = ReadonlyMap<NodeName, ReadonlySet<NodeName>>;

/**
 * Returns for each node of the plan the nodes of this network that it is connected with. A link is
 * up if either end reports the other as an outbound peer.
 */
export function connectedPeers({ plan, addresses, nodes }: PeerState): ConnectedPeers {
  const connected = new Map(
    [...plan.nodes.keys()].map((name) => [name, new Set<NodeName>()] as const),
  );
  for (const [name, { outbound }] of nodes) {
    for (const address of outbound) {
      const peer = addresses.nodeOf(address);
      if (peer === undefined) continue;
      connected.get(name)?.add(peer);
      connected.get(peer)?.add(name);
    }
  }
  return connected;
}

/**
 * Returns the changes for each node that responds. Peers outside this network belong to the user
 * and are not changed. A planned link that is down is dialed by the node that has the peer in its
 * list, if the peer responds too.
 */
export function planPeerChanges(state: PeerState): Map<NodeName, PeerChanges> {
  const { plan, addresses, nodes } = state;
  const connected = connectedPeers(state);
  const changes = new Map<NodeName, PeerChanges>();
  for (const [name, { added, outbound }] of nodes) {
    const planned = plan.nodes.get(name);
    const desired = planned?.addnode.map((peer) => addresses.byName(peer)) ?? [];
    changes.set(name, {
      add: desired.filter((address) => !added.includes(address)),
      remove: added.filter((address) => {
        const peer = addresses.nodeOf(address);
        if (peer === undefined || desired.includes(address)) return false;
        // The controller lists names of one spelling. Another spelling is the user's, and may stay
        // where the plan has the link.
        return !planned?.peers.includes(peer) || address === addresses.byName(peer);
      }),
      disconnect: outbound.filter((address) => {
        const peer = addresses.nodeOf(address);
        return peer !== undefined && !planned?.peers.includes(peer);
      }),
      dial: [...(planned?.addnode ?? []), ...(planned?.onetry ?? [])].filter(
        (peer) => nodes.has(peer) && !connected.get(name)?.has(peer),
      ),
    });
  }
  return changes;
}
