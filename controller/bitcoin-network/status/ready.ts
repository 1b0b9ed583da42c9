import { isObserved, type StatefulSet } from '../../cache/workloads.ts';
import { joinLimited } from '../message.ts';
import type { ApplyFailure } from '../objects/failure.ts';
import { networkCondition, type NetworkCondition, type ReasonOf } from '../reasons.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import { terminatingProblem } from '../nodes/terminating.ts';
import type { Scope } from '../scope.ts';
import { isRefusedTooLong, missingPods, refusedPods } from './missing-pods.ts';
import { isActionDue, podProblems, type PodObservations } from './problems.ts';

/** The inputs of {@link readyConditions}. */
export interface Readiness extends PodObservations {
  readonly statefulSet: StatefulSet | undefined;
  /** Undefined while no rollout is under way. */
  readonly rollout: RolloutPlan | undefined;
  /** Why the objects are not applied. */
  readonly failure: ApplyFailure | undefined;
  /** The error of a phase that a rollout needs. @default none */
  readonly rolloutError?: unknown;
}

/** Why the network is ready or not. */
interface ReadyState {
  readonly reason: ReasonOf<'Ready'>;
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
    unobservedState(readiness) ??
    rollingState(readiness) ??
    waitingState(readiness)
  );
}

function failedState({ failure }: Readiness): ReadyState | undefined {
  if (!failure) return undefined;
  const { reason, message, terminal } = failure;
  return { reason, message, stalled: terminal };
}

function allReadyState(readiness: Readiness): ReadyState | undefined {
  const total = readiness.scope.plan.nodes.size;
  if (currentNodes(readiness) < total) return undefined;
  const message = total === 1 ? 'the node is ready' : `all ${total} nodes are ready`;
  return { reason: 'AllNodesReady', message, stalled: false };
}

function failingState(readiness: Readiness): ReadyState | undefined {
  const problems = podProblems(readiness);
  if (problems.length === 0) return undefined;
  const texts = problems.map(({ pod, message }) => `${pod}: ${message}`);
  const { rollout, now } = readiness;
  const blocked = rollout?.isBlocked === true ? [rollout.waitingFor!] : [];
  const details = [...refusedPods(readiness), ...blocked];
  const message = [readyCount(readiness), joinLimited(texts, '; '), ...details];
  const stalled =
    blocked.length > 0 ||
    problems.some((problem) => isActionDue(problem, now)) ||
    isRefusedTooLong(readiness);
  return { reason: 'NodeFailing', message: message.join('; '), stalled };
}

/**
 * Before the StatefulSet controller has processed an edit, all nodes may be ready and still have to
 * be replaced.
 */
function unobservedState(readiness: Readiness): ReadyState | undefined {
  const { statefulSet, scope } = readiness;
  const areReady = readyNodes(readiness).length === scope.plan.nodes.size;
  if (!areReady || !statefulSet || isObserved(statefulSet)) return undefined;
  const message = `waiting for the StatefulSet controller to process ${statefulSet.metadata.name}`;
  return { reason: 'Progressing', message, stalled: false };
}

function rollingState(readiness: Readiness): ReadyState | undefined {
  const { rollout, rolloutError, scope } = readiness;
  const areReady = readyNodes(readiness).length === scope.plan.nodes.size;
  if (!rollout && rolloutError === undefined && !areReady) return undefined;
  const message = [
    `updated ${currentNodes(readiness)} of ${scope.plan.nodes.size} nodes`,
    ...(rollout?.waitingFor === undefined ? [] : [rollout.waitingFor]),
    ...(rolloutError === undefined ? [] : [`cannot continue: ${errorMessage(rolloutError)}`]),
    ...refusedPods(readiness),
  ].join('; ');
  const stalled = rollout?.isBlocked === true || isRefusedTooLong(readiness);
  return { reason: 'RollingOut', message, stalled };
}

function waitingState(readiness: Readiness): ReadyState {
  const { scope, terminating = [], now } = readiness;
  const deleted = terminating
    .filter(({ name }) => scope.plan.nodes.has(name))
    .map((pod) => `${pod.pod}: ${terminatingProblem(pod, now).message}`);
  const message = [
    readyCount(readiness),
    ...(deleted.length === 0 ? [] : [joinLimited(deleted, '; ')]),
    ...missingPods(readiness, readiness.statefulSet),
  ].join('; ');
  return { reason: 'NodesNotReady', message, stalled: isRefusedTooLong(readiness) };
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readyNodes({ scope: { plan }, nodes }: Readiness) {
  return nodes.filter((node) => node.ready && plan.nodes.has(node.name));
}

/** Returns `2 of 3 nodes are ready`. */
function readyCount(readiness: Readiness): string {
  return `${readyNodes(readiness).length} of ${readiness.scope.plan.nodes.size} nodes are ready`;
}

/** The number of planned nodes that are ready and of the StatefulSet's newest revision. */
function currentNodes(readiness: Readiness): number {
  const { statefulSet } = readiness;
  if (!statefulSet || !isObserved(statefulSet)) return 0;
  const revision = statefulSet.status?.updateRevision;
  return readyNodes(readiness).filter((node) => node.revision === revision).length;
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

function conditionsOf({ reason, message, stalled }: ReadyState): NetworkCondition[] {
  const ready = networkCondition('Ready', reason, message);
  const isReconciling = ready.status !== 'True' && !stalled;
  return [
    ready,
    networkCondition('Reconciling', isReconciling ? 'Progressing' : 'Settled', message),
    networkCondition('Stalled', stalled ? 'ActionRequired' : 'Settled', message),
  ];
}
