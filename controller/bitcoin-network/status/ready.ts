import { isObserved, type StatefulSet } from '../../cache/workloads.ts';
import { joinLimited, pluralize } from '../message.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { ApplyFailure } from '../objects/failure.ts';
import type { ConditionReason, NetworkCondition } from '../reasons.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import type { Scope } from '../scope.ts';

/** The inputs of {@link readyConditions}. */
export interface Readiness {
  readonly scope: Pick<Scope, 'network' | 'plan'>;
  readonly statefulSet: StatefulSet | undefined;
  readonly nodes: readonly NodeState[];
  /** Undefined while no rollout is under way. */
  readonly rollout: RolloutPlan | undefined;
  /** Why the objects are not applied. */
  readonly failure: ApplyFailure | undefined;
}

/** Whether the network is ready, and why. */
interface ReadyState {
  readonly ready: boolean;
  readonly reason: ConditionReason;
  readonly message: string;
  /** Whether reconciliation needs user action. */
  readonly stalled: boolean;
}

/**
 * Returns the conditions Ready, Reconciling and Stalled. A network is ready, making progress, or in
 * need of user action; kstatus reads the last two in this order.
 */
export function readyConditions(readiness: Readiness): NetworkCondition[] {
  const { network } = readiness.scope;
  const isBehind =
    !readiness.failure && readiness.statefulSet && !isObserved(readiness.statefulSet);
  const previous = isBehind ? conditionsOfGeneration(network) : undefined;
  return previous ?? conditionsOf(readyState(readiness));
}

/** Returns the first state that applies, from the most to the least specific. */
function readyState(readiness: Readiness): ReadyState {
  return (
    failedState(readiness) ??
    allReadyState(readiness) ??
    failingState(readiness) ??
    rollingState(readiness) ??
    waitingState(readiness)
  );
}

function failedState({ failure }: Readiness): ReadyState | undefined {
  if (!failure) return undefined;
  const { reason, message, terminal } = failure;
  return { ready: false, reason, message, stalled: terminal };
}

function allReadyState(readiness: Readiness): ReadyState | undefined {
  const total = readiness.scope.plan.nodes.size;
  if (currentNodes(readiness) < total) return undefined;
  const message = total === 1 ? 'the node is ready' : `all ${total} nodes are ready`;
  return { ready: true, reason: 'AllNodesReady', message, stalled: false };
}

function failingState(readiness: Readiness): ReadyState | undefined {
  const failing = readiness.nodes.filter(({ problem }) => problem !== undefined);
  if (failing.length === 0) return undefined;
  const problems = failing.map(({ pod, problem }) => `${pod}: ${problem!.message}`);
  const blocked = readiness.rollout?.isBlocked === true ? [readiness.rollout.waitingFor!] : [];
  const message = [readyCount(readiness), joinLimited(problems, '; '), ...blocked].join('; ');
  const stalled = blocked.length > 0 || failing.some(({ problem }) => problem!.lasting);
  return { ready: false, reason: 'NodeFailing', message, stalled };
}

function rollingState(readiness: Readiness): ReadyState | undefined {
  const { rollout, scope } = readiness;
  if (!rollout) return undefined;
  const updated = `updated ${currentNodes(readiness)} of ${scope.plan.nodes.size} nodes`;
  const { waitingFor, isBlocked } = rollout;
  const message = waitingFor === undefined ? updated : `${updated}; ${waitingFor}`;
  return { ready: false, reason: 'RollingOut', message, stalled: isBlocked };
}

function waitingState(readiness: Readiness): ReadyState {
  const message = [readyCount(readiness), ...missingPods(readiness)].join('; ');
  return { ready: false, reason: 'NodesNotReady', message, stalled: false };
}

/** Returns `2 of 3 nodes are ready`. */
function readyCount({ scope: { plan }, nodes }: Readiness): string {
  const ready = nodes.filter((node) => node.ready && plan.nodes.has(node.name)).length;
  return `${ready} of ${plan.nodes.size} nodes are ready`;
}

/** The number of planned nodes that are ready and of the StatefulSet's newest revision. */
function currentNodes({ scope: { plan }, statefulSet, nodes }: Readiness): number {
  if (!statefulSet || !isObserved(statefulSet)) return 0;
  const revision = statefulSet.status?.updateRevision;
  return nodes.filter(
    (node) => node.ready && plan.nodes.has(node.name) && node.revision === revision,
  ).length;
}

/**
 * Reports nodes without a pod. The reason, such as an exceeded quota, is only in events of the
 * StatefulSet, which the controller may not read.
 */
function missingPods({ scope: { plan }, statefulSet, nodes }: Readiness): string[] {
  const missing = plan.nodes.size - nodes.filter(({ name }) => plan.nodes.has(name)).length;
  if (missing <= 0 || !statefulSet) return [];
  const verb = missing === 1 ? 'does' : 'do';
  const command = `kubectl describe statefulset ${statefulSet.metadata.name}`;
  return [`${pluralize(missing, 'pod')} ${verb} not exist yet; see ${command}`];
}

/**
 * Returns the stored conditions if they describe the current generation. After each step of a
 * rollout, the status of the StatefulSet does not describe its spec yet and does not say which pods
 * are current: until it does, the conditions of this generation do not change.
 */
function conditionsOfGeneration({
  metadata,
  status,
}: Scope['network']): NetworkCondition[] | undefined {
  if (status?.observedGeneration !== metadata.generation) return undefined;
  const conditions = (['Ready', 'Reconciling', 'Stalled'] as const).map((type) =>
    status?.conditions?.find((condition) => condition.type === type),
  );
  const areComplete = conditions.every((condition) => condition !== undefined);
  return areComplete ? (conditions as NetworkCondition[]) : undefined;
}

function conditionsOf({ ready, reason, message, stalled }: ReadyState): NetworkCondition[] {
  const isReconciling = !ready && !stalled;
  return [
    { type: 'Ready', status: ready ? 'True' : 'False', reason, message },
    isReconciling
      ? { type: 'Reconciling', status: 'True', reason: 'Progressing', message }
      : { type: 'Reconciling', status: 'False', reason: 'Settled', message },
    stalled
      ? { type: 'Stalled', status: 'True', reason: 'ActionRequired', message }
      : { type: 'Stalled', status: 'False', reason: 'Settled', message },
  ];
}
