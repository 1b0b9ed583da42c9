import type { BitcoinNetwork, BitcoinNetworkStatus } from '../../imports/bitcoin-network.ts';
import { formatTime, withTransitionTime } from '../../kube/api/conditions.ts';
import { networkCondition } from '../bitcoin-network/reasons.ts';

/**
 * Returns the namespace of another controller that manages a network, or undefined if this one may.
 * The first controller to write a network's status claims the network. Two controllers have
 * different master keys, and would replace each other's RPC credentials, and so the nodes, forever.
 *
 * @param install namespace of this controller
 */
export function otherInstall(
  { status }: Pick<BitcoinNetwork, 'status'>,
  install: string,
): string | undefined {
  const claimant = status?.controller;
  return claimant === undefined || claimant === install ? undefined : claimant;
}

/** Whether the controller that manages a network has not processed its latest change. */
export function isNeglected({ metadata, status }: BitcoinNetwork): boolean {
  return (
    metadata.deletionTimestamp === undefined && status?.observedGeneration !== metadata.generation
  );
}

/** Returns the event for a network that another controller manages. */
export function claimNote(other: string, install: string): string {
  return (
    `the controller in namespace ${other} manages this network; the one in namespace ${install} ` +
    'leaves it alone. Run one controller for each namespace'
  );
}

/**
 * Returns the status of a network whose controller does not process its changes. The other fields
 * are those that it wrote last.
 *
 * @param other namespace of that controller
 * @param now milliseconds since the epoch
 */
export function neglectedStatus(
  { metadata, status = {} }: BitcoinNetwork,
  other: string,
  now: number,
): BitcoinNetworkStatus {
  const { name, namespace, generation = 0 } = metadata;
  const patch = `'{"status":{"controller":null}}'`;
  const message =
    `the controller in namespace ${other} manages this network and does not process its changes. ` +
    `If it no longer exists, hand the network over: kubectl -n ${namespace} patch ` +
    `bitcoinnetwork ${name} --subresource=status --type=merge -p ${patch}`;
  const time = formatTime(now);
  const conditions = status.conditions ?? [];
  const updated = [
    networkCondition('Ready', 'OtherController', message),
    networkCondition('Reconciling', 'Settled', message),
    networkCondition('Stalled', 'OtherController', message),
  ].map((condition) => withTransitionTime(condition, conditions, generation, time));
  const types = new Set<string>(updated.map(({ type }) => type));
  const others = conditions.filter(({ type }) => !types.has(type));
  return { ...status, conditions: [...updated, ...others] };
}
