import type { RpcQuery } from '../rpc/batch-query.ts';
import { records, stringField } from '../rpc/shape.ts';

/** The peers that a running node reports, each as the `host:port` by which it was dialed. */
export interface NodePeers {
  /** The node's addnode list, from getaddednodeinfo. */
  readonly added: readonly string[];
  /** Peers that the node dialed and completed a handshake with, from getpeerinfo. */
  readonly outbound: readonly string[];
}

/** Reads a node's peers. */
export const nodePeersQuery: RpcQuery<NodePeers> = {
  calls: [{ method: 'getaddednodeinfo' }, { method: 'getpeerinfo' }],
  parse: ([added, peers]) => ({
    added: records(added).map((node) => stringField(node, 'addednode')),
    outbound: records(peers)
      // The version is 0 until the handshake is complete.
      .filter(({ inbound, version }) => inbound !== true && Number(version) > 0)
      .map((peer) => stringField(peer, 'addr')),
  }),
};
