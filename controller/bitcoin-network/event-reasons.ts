import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';

/** The meaning of an event reason; docs/reference/events.md is generated from it. */
export interface EventEntry {
  readonly types: readonly ('Normal' | 'Warning')[];
  readonly meaning: string;
}

/** Every reason of an event on a BitcoinNetwork. */
export const eventTable = {
  Created: { types: ['Normal'], meaning: 'The controller created objects of the network.' },
  Updated: {
    types: ['Normal'],
    meaning: 'The spec or the controller changed, and the controller updated an object.',
  },
  Deleted: {
    types: ['Normal'],
    meaning: 'The spec no longer needs an object, and the controller deleted it.',
  },
  Reverted: {
    types: ['Normal'],
    meaning:
      'Another client changed or deleted an object, and the controller restored it; the message names the fields.',
  },
  OverriddenByAdmission: {
    types: ['Normal'],
    meaning:
      'A policy or a webhook changed fields that the controller applied; the message names them.',
  },
  RollingUpdate: {
    types: ['Warning', 'Normal'],
    meaning:
      'Warning: the nodes are about to be replaced, which deletes data. Normal: the next node is being replaced, or the annotation of an unguarded rollout was removed after it.',
  },
  ChainLost: {
    types: ['Warning'],
    meaning:
      'Nodes lost their data or will lose it, and with it their chain and wallets; the message names the cause, the last known height and the copies that remain.',
  },
  PodEnded: {
    types: ['Warning'],
    meaning:
      'The cluster ended a pod, for example because it exceeded its storage; the message contains the reason.',
  },
  PeersRemoved: {
    types: ['Normal'],
    meaning:
      'A node had a peer in the network that is not in the plan, for example from addnode, and the controller removed it.',
  },
  Ready: { types: ['Normal'], meaning: 'All nodes are ready.' },
  PeersConnected: { types: ['Normal'], meaning: 'All planned links are up.' },
  Stalled: { types: ['Warning'], meaning: 'The network needs user action; see the message.' },
  OtherController: {
    types: ['Warning'],
    meaning:
      'Another controller watches the network, which the controller in the namespace of status.controller manages; run one for each namespace.',
  },
} as const satisfies Readonly<Record<string, EventEntry>>;

/** A reason of an event. */
export type EventReason = keyof typeof eventTable;

/** An event on a BitcoinNetwork. */
export type NetworkEvent = {
  [Reason in EventReason]: {
    readonly type: (typeof eventTable)[Reason]['types'][number];
    readonly reason: Reason;
    /** A description for users of what happened or happens next. */
    readonly note: string;
  };
}[EventReason];

/** Records events on networks. */
export interface NetworkRecorder {
  readonly record: (
    network: BitcoinNetwork,
    event: NetworkEvent & { readonly action: 'Reconcile' },
  ) => void;
}
