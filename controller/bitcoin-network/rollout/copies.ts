import { bestBlockHashes } from '../../../bitcoin/chain-state/tips.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { RolloutState, Wait } from './state.ts';
import { unguardedRemedy } from './unguarded.ts';

/** Milliseconds in which a ready node fetches the chain of the nodes that it is linked with. */
export const syncGracePeriod = 10_000;

/**
 * Returns the wait for a node whose data may be the only copy of the chain; undefined if another
 * node has the chain. A node that fails may come back, so its data
 * is given up only if a ready node has its chain. The only node of a network has no other copy: its
 * loss is announced.
 */
export function onlyCopy(node: NodeState, state: RolloutState): Wait | undefined {
  const isCopied = node.ready ? hasReadyCopy(node, state) : hasCopyOfUnready(node, state);
  if (state.plan.nodes.size === 1 || isCopied) return undefined;
  const [problem, remedy] = node.ready
    ? ['has the only copy of the chain', 'repair the other nodes']
    : ['fails and may have the only copy of the chain', 'repair it'];
  const reason = `${node.pod} ${problem}: ${remedy}, ${unguardedRemedy}`;
  return { reason, isBlocked: true };
}

/** Whether another ready node has the best chain. Nodes that reject the credentials may have it. */
function hasReadyCopy({ name }: NodeState, { nodes, tips }: RolloutState): boolean {
  const best = bestBlockHashes(tips);
  const isEmpty = [...tips.values()].every((tip) => 'value' in tip && tip.value.blocks === 0);
  return (
    isEmpty ||
    nodes.some((other) => {
      const tip = tips.get(other.name);
      if (other.name === name || !other.ready || !tip) return false;
      return 'value' in tip
        ? best.has(tip.value.bestBlockHash)
        : tip.error.failure === 'unauthorized';
    })
  );
}

/**
 * Whether a ready node has the chain of a node that cannot be queried: it was ready long enough
 * before the node failed, or its pod was, and it has the last height that the node reported. The
 * height alone proves nothing: the node may have got blocks since.
 */
function hasCopyOfUnready(
  { name, unreadySince }: NodeState,
  { nodes, tips, lastHeights }: RolloutState,
): boolean {
  const height = lastHeights.get(name);
  if (unreadySince === undefined) return false;
  const hadTime = (since: number | undefined) =>
    since !== undefined && since + syncGracePeriod <= unreadySince;
  return nodes.some((other) => {
    const tip = tips.get(other.name);
    if (other.name === name || !other.ready || !tip) return false;
    if (hadTime(other.readySince)) return true;
    const hasHeight = height !== undefined && 'value' in tip && tip.value.blocks >= height;
    return hasHeight && hadTime(other.firstReady);
  });
}
