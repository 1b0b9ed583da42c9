import type { Condition } from '../../kube/api/conditions.ts';

/** The meaning of a reason; docs/reference/conditions.md is generated from it. */
export interface ReasonEntry {
  /** The status that the condition has with the reason. */
  readonly status: Condition['status'];
  readonly meaning: string;
  /** When Stalled is True while Ready has the reason. @default never */
  readonly stalled?: string;
}

/** The meaning of a condition, and every reason that it can have. */
export interface ConditionEntry {
  /** What the status True means. */
  readonly meaning: string;
  readonly reasons: Readonly<Record<string, ReasonEntry>>;
}

/** Reasons of Ready and of ObjectsApplied while objects are not applied. */
const failures = {
  ObjectExists: {
    status: 'False',
    meaning: 'An object with a name that the network needs exists and is not owned by the network.',
    stalled: 'at once',
  },
  PredecessorTerminating: {
    status: 'False',
    meaning:
      'The controller waits for objects of a deleted network with the same name to be removed.',
  },
  InvalidSpec: {
    status: 'False',
    meaning: 'The stored spec violates a rule of the API.',
    stalled: 'at once',
  },
  NamespaceTerminating: { status: 'False', meaning: 'The namespace is being deleted.' },
  ApplyFailed: {
    status: 'False',
    meaning: 'The API server rejected an object.',
    stalled:
      'at once if the request was invalid; after 5 minutes for other rejections, such as an exceeded quota or a missing permission',
  },
} as const satisfies ConditionEntry['reasons'];

/**
 * Every condition of a BitcoinNetwork. kstatus, and so every GitOps tool, reads the first three.
 */
export const conditionTable = {
  Ready: {
    meaning: 'The latest change is complete: all pods are ready and of the newest revision.',
    reasons: {
      AllNodesReady: { status: 'True', meaning: 'Every node is ready and up to date.' },
      Progressing: {
        status: 'False',
        meaning: 'The StatefulSet controller has not processed the last change yet.',
      },
      NodesNotReady: {
        status: 'False',
        meaning:
          'Some nodes are not ready yet, or their pods do not exist yet. If the API server refuses pods, the message contains its reason.',
        stalled: 'after 5 minutes if the API server refuses pods',
      },
      RollingOut: {
        status: 'False',
        meaning:
          'Nodes are being replaced. The message contains the progress and what the rollout waits for.',
        stalled:
          'at once if a chain may be lost or a ready node does not respond; after 5 minutes if the API server refuses pods',
      },
      NodeFailing: {
        status: 'False',
        meaning:
          'A node cannot start, or its former pod does not go away. The message contains the reason of the cluster or of bitcoind, and the field that mends it.',
        stalled:
          'at once if bitcoind or start.sh rejects a value, or a chain may be lost; for other problems after 5 minutes in which the pod was not ready',
      },
      ...failures,
      OtherController: {
        status: 'False',
        meaning:
          'The controller in the namespace of status.controller has not processed the latest change for 60 s, while another one watches the network too. Start that controller, or hand the network over with the command in the message.',
        stalled: 'at once',
      },
    },
  },
  Reconciling: {
    meaning: 'The controller is applying a change or waiting for it to take effect.',
    reasons: {
      Progressing: { status: 'True', meaning: 'A change is being applied.' },
      Settled: {
        status: 'False',
        meaning: 'No change is being applied: the network is ready, or Stalled is True.',
      },
    },
  },
  Stalled: {
    meaning: 'Reconciliation needs user action; see message.',
    reasons: {
      ActionRequired: {
        status: 'True',
        meaning: 'The network needs user action. The message is that of Ready.',
      },
      OtherController: {
        status: 'True',
        meaning: 'The controller that manages the network does not process its changes.',
      },
      Settled: { status: 'False', meaning: 'The network needs no user action.' },
    },
  },
  ObjectsApplied: {
    meaning: 'Every object is stored as the controller applied it.',
    reasons: {
      AllObjectsApplied: { status: 'True', meaning: 'No object differs from what was applied.' },
      OverriddenByAdmission: {
        status: 'False',
        meaning:
          'A policy or a webhook changes what the controller applies; the message names the fields. The policy wins: the field keeps its value, and the network can be ready.',
      },
      ...failures,
    },
  },
  PeersConnected: {
    meaning: 'Every planned link is up according to getpeerinfo.',
    reasons: {
      AllLinksUp: { status: 'True', meaning: 'Every planned link is up.' },
      LinksDown: {
        status: 'False',
        meaning: 'Some planned links are down, or some nodes do not respond to RPC yet.',
      },
      ExceedsConnectionSlots: {
        status: 'False',
        meaning:
          'Planned links are down because config.maxconnections is too low for them. The message contains the value that suffices.',
      },
      RpcUnauthorized: {
        status: 'False',
        meaning: "The nodes reject the controller's RPC credentials and have to be restarted.",
      },
      RpcPending: {
        status: 'Unknown',
        meaning: 'The nodes have not answered the first RPC request yet.',
      },
      RpcUnreachable: {
        status: 'Unknown',
        meaning: 'Ready nodes do not respond to RPC requests of the controller.',
      },
      RpcFailed: { status: 'Unknown', meaning: 'RPC requests fail for another reason.' },
    },
  },
} as const satisfies Readonly<Record<string, ConditionEntry>>;

/** The type of a condition of a BitcoinNetwork. */
export type ConditionType = keyof typeof conditionTable;

type ReasonsOf<Type extends ConditionType> = (typeof conditionTable)[Type]['reasons'];

/** A reason of a condition type. */
export type ReasonOf<Type extends ConditionType> = keyof ReasonsOf<Type>;

/** A reason for which objects are not applied. */
export type FailureReason = keyof typeof failures;

/** A condition of a BitcoinNetwork without its generation and time. */
export type NetworkCondition = {
  [Type in ConditionType]: {
    [Reason in ReasonOf<Type>]: {
      readonly type: Type;
      readonly reason: Reason;
      readonly status: ReasonsOf<Type>[Reason] extends ReasonEntry
        ? ReasonsOf<Type>[Reason]['status']
        : never;
      readonly message: string;
    };
  }[ReasonOf<Type>];
}[ConditionType];

/** Returns a condition. Its status follows from the reason. */
export function networkCondition<Type extends ConditionType>(
  type: Type,
  reason: ReasonOf<Type>,
  message: string,
): NetworkCondition {
  const reasons: Readonly<Record<string, ReasonEntry>> = conditionTable[type].reasons;
  const { status } = reasons[reason as string]!;
  return { type, status, reason, message } as NetworkCondition;
}
