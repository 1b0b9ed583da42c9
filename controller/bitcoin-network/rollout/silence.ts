import type { NodeState } from '../nodes/observe.ts';
import type { RolloutState, Wait } from './state.ts';
import { unguardedRemedy } from './unguarded.ts';

/** Milliseconds after which a user is to make silent nodes reachable. */
const silenceLimit = 60_000;

/**
 * Returns the wait for a ready node that does not respond, because it may have blocks that no other
 * node has; undefined if all ready nodes respond.
 *
 * @param only the only node to consider. @default all nodes
 */
export function silentNode(state: RolloutState, only?: NodeState): Wait | undefined {
  const { tips, nodes, unreachableSince, now } = state;
  const silent = (only ? [only] : nodes).find(({ name, ready }) => {
    const tip = tips.get(name);
    return ready && (!tip || ('error' in tip && tip.error.failure !== 'unauthorized'));
  });
  if (!silent) return undefined;
  const reason = `${silent.pod} does not respond to RPC`;
  const isBlocked = unreachableSince !== undefined && now - unreachableSince >= silenceLimit;
  if (!isBlocked) return { reason, isBlocked };
  const remedy = `and may have blocks that no other node has: let the controller reach it, ${unguardedRemedy}`;
  return { reason: `${reason}, ${remedy}`, isBlocked };
}
