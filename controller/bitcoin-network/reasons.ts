import type { Condition } from '../../imports/bitcoin-network.ts';

/** The conditions of a BitcoinNetwork. The first three are read by kstatus, and so by GitOps tools. */
export type ConditionType = 'Ready' | 'Reconciling' | 'Stalled' | 'PeersConnected';

/** Every reason that a condition can have. */
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
  // Reconciling, Stalled
  | 'Progressing'
  | 'Settled'
  | 'ActionRequired'
  // PeersConnected
  | 'AllLinksUp'
  | 'LinksDown'
  | 'RpcUnreachable'
  | 'RpcUnauthorized'
  | 'RpcFailed';

/** A condition before it has a time. */
export interface ConditionInput {
  readonly type: ConditionType;
  readonly status: Condition['status'];
  readonly reason: ConditionReason;
  /** A sentence that a person can act on. */
  readonly message: string;
}

/**
 * The condition with its times: the transition's is kept while the status stays
 * what it was, as the API conventions ask.
 *
 * @param generation metadata.generation that the condition is about
 * @param now RFC 3339, to the second
 */
export function withTimes(
  { type, status, reason, message }: ConditionInput,
  before: readonly Condition[],
  generation: number,
  now: string,
): Condition {
  const previous = before.find((condition) => condition.type === type);
  return {
    type,
    status,
    observedGeneration: generation,
    lastTransitionTime: previous?.status === status ? previous.lastTransitionTime : now,
    reason,
    // The schema's limit, metav1.Condition's own.
    message: message.slice(0, 32768),
  };
}
