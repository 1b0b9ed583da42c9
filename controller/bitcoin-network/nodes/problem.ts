import { conditionOf, type ContainerStatus, type Pod } from '../../cache/workloads.ts';

/** What prevents a node from starting. */
export interface NodeProblem {
  /** The reason that the cluster, bitcoind or the start script gives. */
  readonly message: string;
  /**
   * Whether the problem needs user action; other problems, such as a crash, may resolve without it.
   */
  readonly lasting: boolean;
}

/** Reasons that every container passes through when it starts. */
const startupReasons = new Set(['ContainerCreating', 'PodInitializing']);

/** Waiting reasons that persist until a user removes the cause. */
const lastingReasons = new Set([
  'CreateContainerConfigError',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
]);

/**
 * Exit code of bitcoind and of the start script for input that they reject. A process that is
 * killed exits with 128 plus the signal, and one that stops on SIGTERM with 0.
 */
const rejectedExitCode = 1;

/** Returns what prevents a pod from becoming ready, or undefined if no problem is known. */
export function podProblem(pod: Pod): NodeProblem | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    const message = `${scheduled.reason ?? 'Unschedulable'}: ${scheduled.message ?? ''}`;
    // The problem is not lasting, because a cluster may add nodes without user action.
    return { message, lasting: false };
  }
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const problem = containerProblem(status);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A crash is reported with its termination message. */
function containerProblem({ state, lastState }: ContainerStatus): NodeProblem | undefined {
  if (state?.running) return undefined;
  const failed = [state?.terminated, lastState?.terminated].find(
    (terminated) => terminated && terminated.exitCode !== 0,
  );
  const waiting = state?.waiting;
  if (!failed && (!waiting?.reason || startupReasons.has(waiting.reason))) return undefined;
  const reason = waiting?.reason ?? failed?.reason ?? 'Error';
  const message = errorLine(failed?.message) ?? waiting?.message;
  return {
    message: message === undefined ? reason : `${reason}: ${message}`,
    lasting: lastingReasons.has(reason) || failed?.exitCode === rejectedExitCode,
  };
}

/**
 * Returns the last line that mentions an error, else the last line: bitcoind logs while it starts.
 */
function errorLine(output: string | undefined): string | undefined {
  const lines = output?.split('\n').filter((line) => line.trim() !== '') ?? [];
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1);
}
