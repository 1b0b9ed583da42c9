import { recordEvent } from '../events.ts';
import { eventReasons } from '../reasons.ts';
import type { Scope } from '../scope.ts';

/**
 * Records a Warning about data loss before the first node is replaced, and an event for each
 * replaced node.
 *
 * @param before the current update partition
 * @param after the next update partition
 */
export function announceRollout(scope: Scope, before: number, after: number): void {
  const total = scope.plan.nodes.size;
  const reason = eventReasons.rolling;
  if (before >= total && after < total) {
    const note =
      total === 1
        ? 'restarting the only node; its chain and wallets are in an emptyDir and will be lost'
        : 'restarting nodes one at a time; each re-syncs from its peers and loses its wallets';
    recordEvent(scope, 'rollout', { type: 'Warning', reason, note });
  }
  if (after < before && after < total) {
    const node = [...scope.plan.nodes.values()].find(({ ordinal }) => ordinal === after)!;
    const note = `replacing ${scope.names.pod(node.name)}`;
    recordEvent(scope, 'rollout', { type: 'Normal', reason, note });
  }
}
