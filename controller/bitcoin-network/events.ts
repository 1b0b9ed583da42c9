/** Every event that the controller records on a network, by reason. */
export const eventReasons = {
  /** An object was made. */
  created: 'Created',
  /** The spec changed, and an object with it. */
  updated: 'Updated',
  /** Someone else changed an object, and it was put back. */
  reverted: 'Reverted',
  /** The nodes are about to restart one by one. */
  rolling: 'RollingUpdate',
  /** All nodes are ready. */
  ready: 'Ready',
  /** All planned links are up. */
  connected: 'PeersConnected',
  /** The network cannot go on without a person. */
  stalled: 'Stalled',
} as const;

export type EventReason = (typeof eventReasons)[keyof typeof eventReasons];
