import { constants } from 'node:os';
import {
  conditionOf,
  type ContainerState,
  type ContainerStatus,
  type Pod,
} from '../../cache/workloads.ts';
import { exitMessage } from './exit-message.ts';
import { withRemedy } from './remedy.ts';

/** What prevents a node from starting. */
export interface NodeProblem {
  /** The reason that the cluster, bitcoind or the start script gives. */
  readonly message: string;
  /**
   * Whether the problem persists until its cause is removed; other problems, such as a crash, may
   * pass. A rollout replaces a node with a lasting problem without waiting.
   */
  readonly lasting: boolean;
  /**
   * When user action is due, in milliseconds since the epoch: 0 if only a user can solve the
   * problem, and otherwise the end of the time in which it may be solved without.
   *
   * @default never
   */
  readonly actionDue?: number;
}

/**
 * Milliseconds in which time alone may solve a problem: a Secret is created after the network, a
 * registry limits requests, the cluster adds a Kubernetes node. After that, user action is due.
 */
export const gracePeriod = 300_000;

/** Reasons that every container passes through when it starts. */
const startupReasons = new Set(['ContainerCreating', 'PodInitializing']);

/** Waiting reasons that persist until their cause is removed. */
const lastingReasons = new Set([
  'CreateContainerConfigError',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
]);

/** Reasons of a waiting container that only describe a crash before. */
const crashReasons = new Set(['CrashLoopBackOff', 'PodInitializing']);

/**
 * Exit code of bitcoind and of the start script for input that they reject. A process that is
 * killed exits with 128 plus the signal, and one that stops on SIGTERM with 0.
 */
const rejectedExitCode = 1;

/**
 * Words with which bitcoind exits although its input is right: another process still runs, a disk
 * is full, or a name does not resolve yet.
 */
const passingRejection =
  /cannot obtain a lock|unable to bind|address already in use|disk space|no space left|cannot resolve/i;

/** Returns what prevents a pod from becoming ready, or undefined if no problem is known. */
export function podProblem(pod: Pod): NodeProblem | undefined {
  const { phase, reason, message, initContainerStatuses, containerStatuses } = pod.status ?? {};
  const scheduled = conditionOf(pod, 'PodScheduled');
  // A pod that ended is replaced by the StatefulSet controller, so its containers do not matter.
  if (phase === 'Failed' && reason !== undefined) {
    return problem(pod, withRemedy(reason, message));
  }
  if (scheduled?.status === 'False') {
    // The problem is not lasting, because a cluster may add Kubernetes nodes without user action.
    return problem(pod, withRemedy(scheduled.reason ?? 'Unschedulable', scheduled.message));
  }
  for (const status of [...(initContainerStatuses ?? []), ...(containerStatuses ?? [])]) {
    const found = containerProblem(pod, status);
    if (found !== undefined) return found;
  }
  return reason === undefined ? undefined : problem(pod, withRemedy(reason, message));
}

/** The problem with which a container ended before it was started again. */
export interface RestartedContainer {
  readonly problem: NodeProblem;
  /** When the container was started again, in milliseconds since the epoch. */
  readonly restarted: number;
}

/** Returns the crash before the current run of a pod's containers, or undefined without one. */
export function podRestart(pod: Pod): RestartedContainer | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  for (const { state, lastState } of [...initContainerStatuses, ...containerStatuses]) {
    const crash = lastState?.terminated;
    if (!state?.running || !crash || crash.exitCode === 0) continue;
    return {
      problem: crashProblem(pod, crash),
      restarted: Date.parse(state.running.startedAt ?? ''),
    };
  }
  return undefined;
}

function containerProblem(
  pod: Pod,
  { state, lastState }: ContainerStatus,
): NodeProblem | undefined {
  if (state?.running) return undefined;
  const crash = [state?.terminated, lastState?.terminated].find(
    (terminated) => terminated && terminated.exitCode !== 0,
  );
  const { reason, message } = state?.waiting ?? {};
  const isWaiting = reason !== undefined && !startupReasons.has(reason);
  if (crash && (!isWaiting || crashReasons.has(reason))) return crashProblem(pod, crash, message);
  if (!isWaiting) return undefined;
  const text = withRemedy(reason, message);
  const lasting = lastingReasons.has(reason) || crash?.exitCode === rejectedExitCode;
  return problem(pod, text, { lasting, isFinal: reason === 'InvalidImageName' });
}

/**
 * A crash is reported with the cluster's reason, such as OOMKilled, and the last words of the
 * container. The reason Error says nothing beyond the exit code.
 *
 * @param backOff the message of the container that waits for its restart
 */
function crashProblem(
  pod: Pod,
  { exitCode, reason = 'Error', message }: NonNullable<ContainerState['terminated']>,
  backOff?: string,
): NodeProblem {
  const lasting = exitCode === rejectedExitCode;
  if (reason === 'OOMKilled') return problem(pod, withRemedy(reason, undefined), { lasting });
  const words = exitMessage(message) ?? backOff;
  if (reason !== 'Error') return problem(pod, withRemedy(reason, words), { lasting });
  const cause = lasting && words !== undefined ? 'Error' : describeExit(exitCode);
  const text = words === undefined ? cause : `${cause}: ${words.replace(/^Error: /, '')}`;
  return problem(pod, text, { lasting, isFinal: lasting && !passingRejection.test(text) });
}

/** Returns `killed by SIGSEGV`, or `exit code 2`. */
function describeExit(exitCode: number): string {
  const signal = Object.entries(constants.signals).find(([, code]) => code === exitCode - 128);
  return signal ? `killed by ${signal[0]}` : `exit code ${exitCode}`;
}

interface Persistence {
  /** @default false */
  readonly lasting?: boolean;
  /** Whether only a user can solve the problem. @default false */
  readonly isFinal?: boolean;
}

function problem(
  pod: Pod,
  message: string,
  { lasting = false, isFinal = false }: Persistence = {},
): NodeProblem {
  const began = notReadySince(pod);
  const actionDue = isFinal ? 0 : began === undefined ? undefined : began + gracePeriod;
  return { message, lasting, ...(actionDue !== undefined && { actionDue }) };
}

/**
 * Returns when a pod began not to be ready, in milliseconds since the epoch. The time comes from
 * the cluster, so that it survives a restart of the controller.
 */
function notReadySince(pod: Pod): number | undefined {
  const condition = conditionOf(pod, 'Ready') ?? conditionOf(pod, 'PodScheduled');
  const time = condition?.lastTransitionTime;
  return time === undefined ? undefined : Date.parse(time);
}
