import type { PeerAddresses, PeerChanges } from '../../../bitcoin/peers/peer-changes.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { recordEvent } from '../events.ts';
import { joinLimited } from '../message.ts';
import type { Scope } from '../scope.ts';

/**
 * Records an event for peers that the controller removed although the plan did not change, because
 * a user added them. Links of a node that leaves the plan are removed without an event.
 */
export function recordRemovals(
  scope: Scope,
  addresses: PeerAddresses,
  changes: ReadonlyMap<NodeName, PeerChanges>,
): void {
  const { metadata, status } = scope.network;
  if (status?.observedGeneration !== metadata.generation) return;
  const { plan, names } = scope;
  const removed = [...changes].flatMap(([name, { remove, disconnect }]) => {
    const peers = new Set([...remove, ...disconnect].map((address) => addresses.nodeOf(address)));
    return [...peers]
      .filter((peer) => peer !== undefined && plan.nodes.has(name) && plan.nodes.has(peer))
      .map((peer) => `${names.pod(peer!)} of ${names.pod(name)}`);
  });
  if (removed.length === 0) return;
  recordEvent(scope, 'peers', {
    type: 'Normal',
    reason: 'PeersRemoved',
    note: `removed peers that are not in the plan of the network: ${joinLimited(removed)}`,
  });
}
