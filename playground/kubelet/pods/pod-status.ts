import { formatTime } from '../containers/container-run.ts';
import type { ContainerStatus, Pod, PodCondition, PodPhase, PodStatus } from './pod-types.ts';

export interface PodStatusInput {
  readonly pod: Pod;
  /** undefined until the pod has an address. */
  readonly podIP: string | undefined;
  readonly hostIP: string;
  /** The volumes are there: containers can be started. */
  readonly isPrepared: boolean;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What replaces the phase, for a pod that this node refuses or gave up. */
  readonly failure?: { readonly reason: string; readonly message: string } | undefined;
}

/** The conditions that a node sets; others belong to other writers and stay. */
type NodeCondition =
  'PodReadyToStartContainers' | 'Initialized' | 'Ready' | 'ContainersReady' | 'PodScheduled';

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>;

const conditionTrue: Verdict = { status: 'True' };

/** The status of a pod as a kubelet derives it from its containers'. */
export function podStatus(input: PodStatusInput): PodStatus {
  const { pod, podIP, hostIP, initStatuses, statuses, now, failure } = input;
  const phase = failure ? 'Failed' : podPhase(pod, initStatuses, statuses);
  return {
    phase,
    ...(failure && { reason: failure.reason, message: failure.message }),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    conditions: conditions(input, phase),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP !== undefined && { podIP, podIPs: [{ ip: podIP }] }),
    startTime: pod.status?.startTime ?? formatTime(now),
    ...(initStatuses.length > 0 && { initContainerStatuses: initStatuses }),
    containerStatuses: statuses,
  };
}

/** @returns the phase that the containers make, where restartPolicy decides what an exit means */
export function podPhase(
  { spec }: Pod,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
): PodPhase {
  const policy = spec.restartPolicy ?? 'Always';
  const initFailed = initStatuses.some(({ state }) => (state.terminated?.exitCode ?? 0) !== 0);
  if (initFailed && policy === 'Never') return 'Failed';
  if (!initStatuses.every(({ state }) => state.terminated?.exitCode === 0)) return 'Pending';
  if (statuses.some(({ state, lastState }) => state.waiting && !lastState.terminated)) {
    return 'Pending';
  }
  const exits = statuses.map(({ state }) => state.terminated?.exitCode);
  if (policy === 'Always' || exits.includes(undefined)) return 'Running';
  if (exits.every((code) => code === 0)) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

function conditions(input: PodStatusInput, phase: PodPhase): PodCondition[] {
  const { pod, now } = input;
  const before = pod.status?.conditions ?? [];
  const verdicts = Object.entries(judge(input, phase));
  const ours = verdicts.map(([type, verdict]): PodCondition => {
    const old = before.find((condition) => condition.type === type);
    const { generation } = pod.metadata;
    const same = old?.status === verdict.status ? old.lastTransitionTime : undefined;
    return {
      type,
      ...verdict,
      ...(generation !== undefined && { observedGeneration: generation }),
      lastProbeTime: null,
      lastTransitionTime: same ?? formatTime(now),
    };
  });
  return [...ours, ...before.filter(({ type }) => !verdicts.some(([name]) => name === type))];
}

function judge(input: PodStatusInput, phase: PodPhase): Record<NodeCondition, Verdict> {
  const { pod, podIP, isPrepared, initStatuses, statuses } = input;
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const containersReady = readiness(phase, statuses);
  const gates = pod.spec.readinessGates ?? [];
  const openGates = gates.every(({ conditionType }) =>
    pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  );
  return {
    PodReadyToStartContainers:
      podIP !== undefined && isPrepared && !isOver ? conditionTrue : { status: 'False' },
    Initialized: initialized(phase, initStatuses),
    Ready:
      containersReady.status === 'True' && !openGates
        ? {
            status: 'False',
            reason: 'ReadinessGatesNotReady',
            message: 'the status of pod readiness gates is not "True"',
          }
        : containersReady,
    ContainersReady: containersReady,
    PodScheduled: conditionTrue,
  };
}

function initialized(phase: PodPhase, initStatuses: readonly ContainerStatus[]): Verdict {
  const incomplete = initStatuses.filter(({ state }) => state.terminated?.exitCode !== 0);
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (incomplete.length === 0) return conditionTrue;
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names(incomplete)}]`,
  };
}

function readiness(phase: PodPhase, statuses: readonly ContainerStatus[]): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready = statuses.filter(({ ready }) => !ready);
  if (unready.length === 0) return conditionTrue;
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${names(unready)}]`,
  };
}

function names(statuses: readonly ContainerStatus[]): string {
  return statuses.map(({ name }) => name).join(' ');
}
