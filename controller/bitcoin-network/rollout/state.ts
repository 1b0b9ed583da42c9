import type { ChainTips } from '../../../bitcoin/chain-state/tips.ts';
import type { NetworkPlan } from '../../../bitcoin/plan/network-plan.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import type { StatefulSet } from '../../cache/workloads.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { PeersResult } from '../peers/reconcile.ts';

/** What the plan of a rollout depends on. */
export interface RolloutState {
  readonly plan: Pick<NetworkPlan, 'nodes'>;
  readonly statefulSet: StatefulSet;
  readonly nodes: readonly NodeState[];
  readonly peers: Pick<PeersResult, 'connected'>;
  /** The tip of every ready node. */
  readonly tips: ChainTips;
  /** The last height that each pod reported, by node; may lack any node. */
  readonly lastHeights: ReadonlyMap<NodeName, number>;
  /** Since when ready nodes do not respond, in milliseconds since the epoch. */
  readonly unreachableSince: number | undefined;
  /** Whether a user accepts the loss of chains. */
  readonly isUnguarded: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a rollout waits for. */
export interface Wait {
  /** Shown to users. */
  readonly reason: string;
  /** Whether the wait ends only by user action. */
  readonly isBlocked: boolean;
}
