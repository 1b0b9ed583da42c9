import type { ConditionInput } from '../../kube/api/conditions.ts';

/**
 * The condition types of a BitcoinNetwork. kstatus, and so every GitOps tool, reads the first
 * three.
 */
export type ConditionType =
  'Ready' | 'Reconciling' | 'Stalled' | 'ObjectsApplied' | 'PeersConnected';

/** Every reason of a condition. */
export type ConditionReason =
  // Ready
  | 'AllNodesReady'
  | 'NodesNotReady'
  | 'NodeFailing'
  | 'RollingOut'
  | 'ObjectExists'
  | 'PredecessorTerminating'
  | 'InvalidSpec'
  | 'NamespaceTerminating'
  | 'ApplyFailed'
  | 'OtherController'
  // ObjectsApplied; a failed apply has the reason of Ready
  | 'AllObjectsApplied'
  | 'OverriddenByAdmission'
  // Reconciling, Stalled
  | 'Progressing'
  | 'Settled'
  | 'ActionRequired'
  // PeersConnected
  | 'AllLinksUp'
  | 'LinksDown'
  | 'RpcPending'
  | 'ExceedsConnectionSlots'
  | 'RpcUnreachable'
  | 'RpcUnauthorized'
  | 'RpcFailed';

/** A condition of a BitcoinNetwork without its generation and time. */
export type NetworkCondition = ConditionInput<ConditionType, ConditionReason>;

/** Every reason of an event on a BitcoinNetwork. */
export const eventReasons = {
  /** The controller created objects. */
  created: 'Created',
  /** The spec changed, and the controller updated an object. */
  updated: 'Updated',
  /** Another client changed or deleted an object, and the controller restored it. */
  reverted: 'Reverted',
  /** A policy or a webhook changed fields that the controller applied. */
  overridden: 'OverriddenByAdmission',
  /** The spec no longer needs an object, and the controller deleted it. */
  deleted: 'Deleted',
  /** The nodes restart one at a time. */
  rolling: 'RollingUpdate',
  /** The data of nodes is lost or will be, and with it their chains and wallets. */
  chainLost: 'ChainLost',
  /** All nodes are ready. */
  ready: 'Ready',
  /** All planned links are up. */
  connected: 'PeersConnected',
  /** The cluster ended a pod, for example because it exceeded its storage. */
  podEnded: 'PodEnded',
  /** The controller removed peers that are not in the plan. */
  peersRemoved: 'PeersRemoved',
  /** Reconciliation needs user action. */
  stalled: 'Stalled',
  /** A controller in another namespace manages the network. */
  otherController: 'OtherController',
} as const;

/** A reason of an event. */
export type EventReason = (typeof eventReasons)[keyof typeof eventReasons];
