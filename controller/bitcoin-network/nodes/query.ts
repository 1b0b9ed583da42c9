import { chainTipQuery, type ChainTip } from '../../../bitcoin/chain-state/tips.ts';
import { nodePeersQuery, type NodePeers } from '../../../bitcoin/peers/node-peers.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { queryNode, type Answer } from '../../../bitcoin/rpc/query.ts';
import type { NodeClients } from './clients.ts';

/** What one ready node reports over RPC. */
export interface NodeView {
  readonly peers: Answer<NodePeers>;
  /** Absent unless the chain was queried. */
  readonly tip?: Answer<ChainTip>;
}

/** What the ready nodes report over RPC. */
export type NodeViews = ReadonlyMap<NodeName, NodeView>;

/** The queries of one reconcile beyond the peers, which every reconcile needs. */
export interface QuerySelection {
  readonly chain: boolean;
}

/**
 * Queries every ready node, in one request a node that all features share. A node that fails to
 * answer has the error in its view.
 */
export async function queryNodes(
  clients: NodeClients,
  { chain }: QuerySelection,
): Promise<NodeViews> {
  const queries = { peers: nodePeersQuery, ...(chain && { tip: chainTipQuery }) };
  const views = await Promise.all(
    [...clients].map(async ([name, client]) => [name, await queryNode(client, queries)] as const),
  );
  return new Map(views);
}
