import type { NodeState } from '../nodes/observe.ts';
import type { PodRefusal, PodRefusals } from '../nodes/pod-refusals.ts';
import { gracePeriod, type NodeProblem } from '../nodes/problem.ts';
import { hangsFrom, terminatingProblem, type TerminatingPod } from '../nodes/terminating.ts';
import type { Scope } from '../scope.ts';

/** The observations of pods that do not become ready. */
export interface PodObservations {
  readonly scope: Pick<Scope, 'network' | 'plan'>;
  readonly nodes: readonly NodeState[];
  /** Pods that are being deleted. @default none */
  readonly terminating?: readonly TerminatingPod[];
  /** Why the API server refuses to create pods. @default unknown */
  readonly refusal?: PodRefusal | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A problem and the pod that has it. */
export interface PodProblem extends NodeProblem {
  readonly pod: string;
}

/**
 * Milliseconds for which a crash is reported after its container was started again. Without it,
 * the conditions of a crash loop would change with every restart.
 */
const crashMemory = 60_000;

/** Returns the problems of planned nodes, in the order of the nodes. */
export function podProblems({
  scope,
  nodes,
  terminating = [],
  now,
}: PodObservations): PodProblem[] {
  const { plan } = scope;
  const failing = nodes
    .filter(({ name, ready }) => plan.nodes.has(name) && !ready)
    .flatMap(({ pod, problem, restart }) => {
      const isRecent = restart && now < restart.restarted + crashMemory;
      const reported = problem ?? (isRecent ? restart.problem : undefined);
      return reported ? [{ ...reported, pod }] : [];
    });
  const hanging = terminating
    .filter((pod) => plan.nodes.has(pod.name) && now >= hangsFrom(pod))
    .map((pod) => ({ ...terminatingProblem(pod, now), pod: pod.pod }));
  return [...failing, ...hanging];
}

/** Whether user action is due for a problem. */
export function isActionDue({ actionDue }: Pick<NodeProblem, 'actionDue'>, now: number): boolean {
  return actionDue !== undefined && now >= actionDue;
}

/**
 * Returns when user action is due for refused pods, in milliseconds since the epoch. Events of an
 * earlier problem may still exist, but this one began after the network was last ready.
 */
export function refusalActionDue({ scope: { network }, refusal, now }: PodObservations): number {
  const ready = network.status?.conditions?.find(({ type }) => type === 'Ready');
  const unready = ready?.status === 'False' ? Date.parse(ready.lastTransitionTime) : now;
  return Math.max(refusal?.since ?? now, unready) + gracePeriod;
}

/**
 * Returns the milliseconds until the conditions change although nothing happens in the cluster, or
 * until events are to be read; undefined if neither.
 */
export function untilStatusChange(
  scope: Pick<Scope, 'network' | 'key' | 'plan' | 'clock'>,
  pods: Pick<PodObservations, 'nodes' | 'terminating' | 'refusal'>,
  refusals: Pick<PodRefusals, 'untilRead'>,
): number | undefined {
  const now = scope.clock.now();
  const changes = changeTimes({ ...pods, scope, now }).filter((time) => time > now);
  const delays = [
    ...changes.map((time) => time - now),
    refusals.untilRead(scope.key, scope.clock.elapsed()),
  ];
  const known = delays.filter((delay) => delay !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Times at which the conditions change, in milliseconds since the epoch. */
function changeTimes(observations: PodObservations): number[] {
  const { nodes, terminating = [], refusal } = observations;
  return [
    ...podProblems(observations).flatMap(({ actionDue }) => actionDue ?? []),
    ...nodes.flatMap(({ ready, restart }) =>
      restart && !ready ? [restart.restarted + crashMemory] : [],
    ),
    ...terminating.map(hangsFrom),
    ...(refusal ? [refusalActionDue(observations)] : []),
  ];
}
