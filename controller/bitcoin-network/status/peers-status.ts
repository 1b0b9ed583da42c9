import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import type { Condition } from '../../../kube/api/conditions.ts';
import type { NodesAnswer } from '../node-answers.ts';
import { peersCondition } from '../peers/condition.ts';
import { networkCondition, type NetworkCondition } from '../reasons.ts';
import type { Scope } from '../scope.ts';

/** The part of the status that depends on the answers of the nodes. */
export interface PeersStatus {
  readonly connectedNodes: number;
  /** The number of connected nodes, for nodes for which it is known. */
  readonly counts: ReadonlyMap<NodeName, number>;
  readonly condition: NetworkCondition | Condition;
}

/**
 * Returns the peers' part of the status. While a query is under way, it is that of the stored
 * status.
 *
 * @param answer the answer of the nodes, or the milliseconds since their query was requested
 */
export function peersStatus(
  scope: Pick<Scope, 'network' | 'plan' | 'names'>,
  answer: NodesAnswer | number,
): PeersStatus {
  if (typeof answer === 'number') return storedStatus(scope);
  if ('error' in answer) {
    const condition = peersCondition(scope, undefined, answer.error);
    return { connectedNodes: 0, counts: new Map(), condition };
  }
  const { complete, counts } = answer.peers;
  const condition = peersCondition(scope, answer.peers);
  return { connectedNodes: complete.size, counts, condition };
}

function storedStatus({ network, names }: Pick<Scope, 'network' | 'names'>): PeersStatus {
  const { connectedNodes = 0, nodes = [], conditions = [] } = network.status ?? {};
  const counts = nodes.flatMap(({ nodeName, peers }): [NodeName, number][] => {
    const name = names.nodeOfPod(nodeName);
    return name === undefined || peers === undefined ? [] : [[name, peers]];
  });
  const condition = conditions.find(({ type }) => type === 'PeersConnected') ?? pending;
  return { connectedNodes, counts: new Map(counts), condition };
}

const pending = networkCondition(
  'PeersConnected',
  'RpcPending',
  'waiting for the first RPC responses of the nodes',
);
