import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { recordEvent } from '../events.ts';
import { joinLimited, pluralize } from '../message.ts';
import type { NodeState } from '../nodes/observe.ts';
import { statefulSetOf, type Scope } from '../scope.ts';
import type { LastHeights } from './last-heights.ts';
import { findLosses } from './losses.ts';

/**
 * Records a Warning for chains that are lost, and for those that the objects of this reconcile will
 * lose. It must run before the objects are applied.
 */
export function reportLosses(
  scope: Scope,
  nodes: readonly NodeState[],
  heights: LastHeights,
): void {
  reportLostData(scope, nodes, heights);
  announceScaleDown(scope, nodes, heights);
}

function reportLostData(scope: Scope, nodes: readonly NodeState[], heights: LastHeights): void {
  const { key, names } = scope;
  const nodesByCause = new Map<string, NodeName[]>();
  const losses = findLosses(scope);
  for (const { node, uid, cause } of losses) {
    const isNew = uid === undefined || heights.report(key, node, uid);
    if (isNew) nodesByCause.set(cause, [...(nodesByCause.get(cause) ?? []), node]);
  }
  const lost = new Set(losses.map(({ node }) => node));
  const others = nodes.filter(({ name }) => !lost.has(name));
  for (const [cause, affected] of nodesByCause) {
    const pods = joinLimited(affected.map((node) => names.pod(node)));
    const what = affected.length === 1 ? 'chain and wallets' : 'chains and wallets';
    const height = lastHeight(scope, affected, heights);
    warn(scope, `lost the ${what} of ${pods}${height}: ${cause}`, others, heights);
  }
}

/** Warns of the nodes that a smaller spec.nodes deletes. */
function announceScaleDown(scope: Scope, nodes: readonly NodeState[], heights: LastHeights): void {
  const { plan } = scope;
  const replicas = statefulSetOf(scope)?.spec.replicas ?? 0;
  if (replicas <= plan.nodes.size) return;
  const removed = nodes.filter(
    ({ name, firstReady }) => !plan.nodes.has(name) && firstReady !== undefined,
  );
  if (removed.length === 0) return;
  const pods = joinLimited(removed.map(({ pod }) => pod));
  const names = removed.map(({ name }) => name);
  const change = `scaling from ${replicas} to ${plan.nodes.size} nodes`;
  const what = removed.length === 1 ? 'its chain and wallets' : 'their chains and wallets';
  const note = `${change} deletes ${pods} with ${what}${lastHeight(scope, names, heights)}`;
  const others = nodes.filter(({ name }) => plan.nodes.has(name));
  warn(scope, note, others, heights);
}

/** Records a Warning that ends with the copies of the chain that remain. */
function warn(
  scope: Scope,
  loss: string,
  others: readonly NodeState[],
  heights: LastHeights,
): void {
  const copies = others.filter(({ firstReady }) => firstReady !== undefined);
  const highest = Math.max(0, ...heights.heights(scope.key, copies).values());
  const height = highest === 0 ? '' : ` up to height ${highest}`;
  const remaining =
    copies.length === 0
      ? 'no other node has a copy'
      : `${pluralize(copies.length, 'other node')} may have copies${height}`;
  const note = `${loss}; ${remaining}`;
  recordEvent(scope, 'objects', { type: 'Warning', reason: 'ChainLost', note });
}

/**
 * Returns ` (last known height 50)`; empty if no block is known. A node may have blocks since, and
 * wallets without blocks, so a height of 0 does not mean that nothing is lost.
 */
function lastHeight({ key }: Scope, nodes: readonly NodeName[], heights: LastHeights): string {
  const highest = Math.max(...nodes.map((node) => heights.heightOf(key, node) ?? 0));
  return highest === 0 ? '' : ` (last known height ${highest})`;
}
