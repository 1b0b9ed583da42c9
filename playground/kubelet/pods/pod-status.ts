import { formatTime } from '../api/time.ts';
import type { ContainerStatus, Pod, PodCondition, PodPhase, PodStatus } from '../api/pod.ts';

export interface PodStatusInput {
  readonly pod: Pod;
  /** Undefined until the pod has an address. */
  readonly podIP: string | undefined;
  readonly hostIP: string;
  /** Whether the volumes are set up, so that containers can start. */
  readonly isPrepared: boolean;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The conditions that a kubelet sets. Conditions of other writers are preserved. */
type KubeletCondition =
  'PodReadyToStartContainers' | 'Initialized' | 'Ready' | 'ContainersReady' | 'PodScheduled';

type ConditionValue = Pick<PodCondition, 'status' | 'reason' | 'message'>;

const conditionTrue: ConditionValue = { status: 'True' };

/** Derives the status of a pod from its containers, like a kubelet. */
export function podStatus(input: PodStatusInput): PodStatus {
  const { pod, podIP, hostIP, initStatuses, statuses, now } = input;
  const phase = podPhase(pod, initStatuses, statuses);
  return {
    phase,
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

/** Derives the phase from the containers and the restartPolicy. */
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
  const values = Object.entries(conditionValues(input, phase));
  const own = values.map(([type, value]): PodCondition => {
    const old = before.find((condition) => condition.type === type);
    const { generation } = pod.metadata;
    const since = old?.status === value.status ? old.lastTransitionTime : undefined;
    return {
      type,
      ...value,
      ...(generation !== undefined && { observedGeneration: generation }),
      lastProbeTime: null,
      lastTransitionTime: since ?? formatTime(now),
    };
  });
  return [...own, ...before.filter(({ type }) => !values.some(([name]) => name === type))];
}

function conditionValues(
  input: PodStatusInput,
  phase: PodPhase,
): Record<KubeletCondition, ConditionValue> {
  const { pod, podIP, isPrepared, initStatuses, statuses } = input;
  const hasEnded = phase === 'Succeeded' || phase === 'Failed';
  const containersReady = readiness(phase, statuses);
  const gates = pod.spec.readinessGates ?? [];
  const gatesAreOpen = gates.every(({ conditionType }) =>
    pod.status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  );
  return {
    PodReadyToStartContainers:
      podIP !== undefined && isPrepared && !hasEnded ? conditionTrue : { status: 'False' },
    Initialized: initialized(phase, initStatuses),
    Ready:
      containersReady.status === 'True' && !gatesAreOpen
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

function initialized(phase: PodPhase, initStatuses: readonly ContainerStatus[]): ConditionValue {
  const incomplete = initStatuses.filter(({ state }) => state.terminated?.exitCode !== 0);
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (incomplete.length === 0) return conditionTrue;
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names(incomplete)}]`,
  };
}

function readiness(phase: PodPhase, statuses: readonly ContainerStatus[]): ConditionValue {
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
