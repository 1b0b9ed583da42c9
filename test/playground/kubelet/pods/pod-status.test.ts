import { podPhase, podStatus } from '../../../../playground/kubelet/pods/pod-status.ts';
import type { ContainerState, ContainerStatus } from '../../../../playground/kubelet/api/pod.ts';
import { buildPod } from '../pod-builder.ts';

const running: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const waiting: ContainerState = { waiting: { reason: 'ContainerCreating' } };

function exited(exitCode: number): ContainerState {
  const time = '2026-01-01T00:00:00Z';
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  return { terminated: { exitCode, reason, startedAt: time, finishedAt: time } };
}

function status(state: ContainerState, ready = false, lastState: ContainerState = {}) {
  return {
    name: 'main',
    image: 'i',
    imageID: 'i',
    state,
    lastState,
    ready,
    started: ready,
    restartCount: 0,
  } satisfies ContainerStatus;
}

test.each([
  ['Always', [], [waiting], 'Pending'],
  ['Always', [], [running], 'Running'],
  ['Always', [running], [waiting], 'Pending'],
  ['Always', [exited(1)], [waiting], 'Pending'],
  ['Never', [exited(1)], [waiting], 'Failed'],
  ['Always', [], [exited(0)], 'Running'],
  ['OnFailure', [], [exited(0)], 'Succeeded'],
  ['OnFailure', [], [exited(1)], 'Running'],
  ['Never', [], [exited(1)], 'Failed'],
  ['Never', [], [exited(0), running], 'Running'],
  ['Never', [], [exited(0), exited(2)], 'Failed'],
])(
  'restartPolicy %s with init containers %j and containers %j: phase %s',
  (restartPolicy, init, main, phase) => {
    const of = (states: readonly ContainerState[]) => states.map((state) => status(state));
    expect(podPhase(buildPod({ restartPolicy }), of(init), of(main))).toBe(phase);
  },
);

test('a pod is Running while a container waits for its restart', () => {
  const crashed = status({ waiting: { reason: 'CrashLoopBackOff' } }, false, exited(1));
  expect(podPhase(buildPod(), [], [crashed])).toBe('Running');
});

describe('conditions', () => {
  const input = { podIP: '127.64.0.2', hostIP: '127.0.0.1', isPrepared: true, now: 60_000 };

  test('are True when every container is ready', () => {
    const pod = buildPod();
    const { conditions } = podStatus({
      ...input,
      pod,
      initStatuses: [],
      statuses: [status(running, true)],
    });
    expect(conditions!.map(({ type, status: value }) => `${type}=${value}`)).toEqual([
      'PodReadyToStartContainers=True',
      'Initialized=True',
      'Ready=True',
      'ContainersReady=True',
      'PodScheduled=True',
    ]);
  });

  test('name the containers that are not ready', () => {
    const pod = buildPod();
    const { conditions } = podStatus({
      ...input,
      pod,
      initStatuses: [],
      statuses: [status(running)],
    });
    const ready = conditions!.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [main]',
    });
  });

  test('preserve the transition time of an unchanged status, and conditions of other writers', () => {
    const others = { type: 'DisruptionTarget', status: 'True' as const };
    const old = {
      type: 'Ready',
      status: 'True' as const,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const pod = buildPod({}, { conditions: [old, others] });
    const { conditions } = podStatus({
      ...input,
      pod,
      initStatuses: [],
      statuses: [status(running, true)],
    });
    const time = (type: string) => conditions!.find((one) => one.type === type)!.lastTransitionTime;
    expect(time('Ready')).toBe('2026-01-01T00:00:00Z');
    expect(time('ContainersReady')).toBe('1970-01-01T00:01:00Z');
    expect(conditions).toContain(others);
  });
});
