import type { NetworkNames } from '../../../constructs/bitcoin-network/names.ts';
import { revisionLabel, type ContainerStatus, type Pod } from '../../cache/workloads.ts';

/** One node as its pod shows it. */
export interface NodeState {
  readonly ordinal: number;
  readonly pod: string;
  readonly dnsName: string;
  readonly ready: boolean;
  /** Absent until the pod has an address. */
  readonly ip: string | undefined;
  /** The StatefulSet revision that the pod was made from. */
  readonly revision: string | undefined;
  /** When the node became ready, in milliseconds since the epoch. */
  readonly readySince: number | undefined;
  /** Why the node does not come up; undefined if nothing is known to be wrong. */
  readonly problem: NodeProblem | undefined;
}

/** What keeps a node from coming up. */
export interface NodeProblem {
  /** In words of the cluster or of bitcoind. */
  readonly message: string;
  /** Whether it takes a person to remove the cause; else it may pass, as a crash does. */
  readonly lasting: boolean;
}

/** Reasons that every container passes through on its way up. */
const usualReasons = new Set(['ContainerCreating', 'PodInitializing']);

/** The network's nodes that have a pod which is not being deleted, by ordinal. */
export function readNodes(names: NetworkNames, pods: readonly Pod[]): NodeState[] {
  return pods
    .flatMap((pod) => {
      const ordinal = Number(pod.metadata.name.slice(names.statefulSet.length + 1));
      const isNode = pod.metadata.name === names.pod(ordinal) && !pod.metadata.deletionTimestamp;
      return isNode ? [nodeState(names, ordinal, pod)] : [];
    })
    .sort((a, b) => a.ordinal - b.ordinal);
}

function nodeState(names: NetworkNames, ordinal: number, pod: Pod): NodeState {
  const condition = conditionOf(pod, 'Ready');
  const ready = condition?.status === 'True';
  return {
    ordinal,
    pod: pod.metadata.name,
    dnsName: names.dnsName(ordinal),
    ready,
    ip: pod.status?.podIP,
    revision: pod.metadata.labels?.[revisionLabel],
    readySince: ready ? Date.parse(condition.lastTransitionTime ?? '') : undefined,
    problem: ready ? undefined : problemOf(pod),
  };
}

/** Waiting reasons whose cause stays until a person removes it. */
const lastingReasons = new Set([
  'CreateContainerConfigError',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
]);

/**
 * Exit code of bitcoind and of the start script for what they refuse. A process
 * that was killed has 128 and its signal, and one that was asked to stop 0.
 */
const refused = 1;

function problemOf(pod: Pod): NodeProblem | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    const message = `${scheduled.reason ?? 'Unschedulable'}: ${scheduled.message ?? ''}`;
    // A cluster may grow by itself.
    return { message, lasting: false };
  }
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const problem = containerProblem(status);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What the container waits for; a crash is told in the words it ended with. */
function containerProblem({ state, lastState }: ContainerStatus): NodeProblem | undefined {
  const ended = [state?.terminated, lastState?.terminated].find(
    (terminated) => terminated && terminated.exitCode !== 0,
  );
  const waiting = state?.waiting;
  if (!ended && (!waiting?.reason || usualReasons.has(waiting.reason))) return undefined;
  if (state?.running) return undefined;
  const reason = waiting?.reason ?? ended?.reason ?? 'Error';
  const message = lastLine(ended?.message) ?? waiting?.message;
  return {
    message: message === undefined ? reason : `${reason}: ${message}`,
    lasting: lastingReasons.has(reason) || ended?.exitCode === refused,
  };
}

/** bitcoind logs as it starts; its error is the last line that is one. */
function lastLine(output: string | undefined): string | undefined {
  const lines = output?.split('\n').filter((line) => line.trim() !== '') ?? [];
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1);
}

function conditionOf(pod: Pod, type: string) {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}
