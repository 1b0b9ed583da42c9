import { chainTipQuery, type ChainTip } from '../../../bitcoin/chain-state/tips.ts';
import { nodePeersQuery, type NodePeers } from '../../../bitcoin/peers/node-peers.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { queryNode, type Answer } from '../../../bitcoin/rpc/batch-query.ts';
import type { NodeClients } from './clients.ts';

/** The RPC answers of one ready node. */
export interface NodeView {
  readonly peers: Answer<NodePeers>;
  readonly tip: Answer<ChainTip>;
}

/** The RPC answers of the ready nodes. */
export type NodeViews = ReadonlyMap<NodeName, NodeView>;

/** The queries of all features. */
const queries = { peers: nodePeersQuery, tip: chainTipQuery };

/**
 * Queries every ready node, with one request per node for all features. If a node does not answer,
 * its view contains the error.
 */
export async function queryNodes(clients: NodeClients): Promise<NodeViews> {
  const views = await Promise.all(
    [...clients].map(async ([name, client]) => [name, await queryNode(client, queries)] as const),
  );
  return new Map(views);
}
