import { recordEvent } from '../events.ts';
import { joinLimited } from '../message.ts';
import type { Scope } from '../scope.ts';
import { isUnguarded, unguardedAnnotation } from './unguarded.ts';

/**
 * Records a Warning about data loss before the first node is replaced, and an event for the nodes
 * that each step allows to replace.
 *
 * @param before the current update partition
 * @param after the next update partition
 */
export function announceRollout(scope: Scope, before: number, after: number): void {
  const total = scope.plan.nodes.size;
  const reason = 'RollingUpdate';
  if (after >= Math.min(before, total)) return;
  if (isUnguarded(scope)) {
    const cause = `because the network is annotated with ${unguardedAnnotation}`;
    const note = `replacing all nodes of older revisions although chains may be lost, ${cause}`;
    recordEvent(scope, 'rollout', { type: 'Warning', reason, note });
    return;
  }
  if (before >= total) {
    const note =
      total === 1
        ? 'restarting the only node; its chain and wallets are in an emptyDir and will be lost'
        : 'restarting nodes one at a time; each re-syncs from its peers and loses its wallets';
    recordEvent(scope, 'rollout', { type: 'Warning', reason, note });
  }
  const pods = [...scope.plan.nodes.values()]
    .filter(({ ordinal }) => ordinal >= after && ordinal < before)
    .map(({ name }) => scope.names.pod(name))
    .reverse();
  const note = `replacing ${joinLimited(pods)}`;
  recordEvent(scope, 'rollout', { type: 'Normal', reason, note });
}
