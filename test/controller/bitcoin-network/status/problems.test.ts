import {
  isActionDue,
  podProblems,
  refusalActionDue,
  untilStatusChange,
  type PodObservations,
} from '../../../../controller/bitcoin-network/status/problems.ts';
import type { TerminatingPod } from '../../../../controller/bitcoin-network/nodes/terminating.ts';
import { dependencies, network, node, scope } from '../../builders.ts';

const now = dependencies().clock.time;
const problem = { message: 'P', lasting: false, actionDue: now + 120_000 };
const crash = { message: 'OOMKilled', lasting: false };

const problemsOf = (observations: Partial<PodObservations>) =>
  podProblems({ scope: scope(), nodes: [], now, ...observations }).map(
    ({ pod, message }) => `${pod}: ${message}`,
  );

/** A pod whose time to stop is over at the given time. */
const terminating = (deadline: number, name: TerminatingPod['name'] = '2'): TerminatingPod => ({
  name,
  pod: `alice-sts-${name}`,
  since: deadline - 600_000,
  deadline,
  kubernetesNode: undefined,
  finalizers: [],
  disruption: undefined,
});

describe('podProblems', () => {
  test('returns the problems of planned nodes that are not ready', () => {
    const nodes = [
      node('0', { problem }),
      node('1', { ready: false, problem }),
      node('3', { ready: false, problem }),
    ];
    expect(problemsOf({ nodes })).toEqual(['alice-sts-1: P']);
  });

  test('returns a crash for 60 s after the container was started again', () => {
    const restart = (restarted: number) => ({ problem: crash, restarted });
    const nodes = [
      node('0', { ready: false, restart: restart(now - 59_999) }),
      node('1', { ready: false, restart: restart(now - 60_000) }),
      node('2', { ready: false, restart: restart(NaN) }),
    ];
    expect(problemsOf({ nodes })).toEqual(['alice-sts-0: OOMKilled']);
  });

  test('returns pods that are still being deleted 30 s after their time', () => {
    const pods = [
      terminating(now - 30_000),
      terminating(now - 29_999, '1'),
      terminating(now - 30_000, '3'),
    ];
    expect(problemsOf({ terminating: pods })).toEqual([
      expect.stringMatching(/^alice-sts-2: terminating since/),
    ]);
  });
});

test('user action is due from its time on, and never without a time', () => {
  expect(isActionDue({ actionDue: now }, now)).toBe(true);
  expect(isActionDue({ actionDue: now + 1 }, now)).toBe(false);
  expect(isActionDue({}, now)).toBe(false);
});

describe('user action for refused pods is due 5 minutes', () => {
  const refusal = { message: 'quota', since: now - 240_000 };
  const dueAt = (status: 'True' | 'False', lastTransitionTime: string) => {
    const ready = { type: 'Ready', status, reason: 'X', message: '', lastTransitionTime };
    const resource = { ...network(), status: { conditions: [ready] } };
    return refusalActionDue({ scope: scope(resource), nodes: [], refusal, now }) - now;
  };

  test('after the first event', () => {
    expect(dueAt('False', new Date(now - 600_000).toISOString())).toBe(60_000);
  });

  test('after the network stopped being ready, if the event is older', () => {
    expect(dueAt('False', new Date(now - 120_000).toISOString())).toBe(180_000);
    expect(dueAt('True', new Date(now - 600_000).toISOString())).toBe(300_000);
  });
});

describe('untilStatusChange', () => {
  const until = (pods: Omit<Partial<PodObservations>, 'scope' | 'now'>, untilRead?: number) =>
    untilStatusChange(scope(), { nodes: [], ...pods }, { untilRead: () => untilRead });

  test('returns undefined if nothing changes by time alone', () => {
    expect(until({ nodes: [node('0')] })).toBeUndefined();
    const past = { ...problem, actionDue: now };
    expect(until({ nodes: [node('0', { ready: false, problem: past })] })).toBeUndefined();
  });

  test('returns the milliseconds until user action is due', () => {
    expect(until({ nodes: [node('0', { ready: false, problem })] })).toBe(120_000);
  });

  test('returns the milliseconds until a crash is no longer reported', () => {
    const restart = { problem: crash, restarted: now - 20_000 };
    expect(until({ nodes: [node('0', { ready: false, restart })] })).toBe(40_000);
  });

  test('returns the milliseconds until a pod hangs', () => {
    expect(until({ terminating: [terminating(now + 5_000)] })).toBe(35_000);
  });

  test('returns the milliseconds until events are read, or refused pods need user action', () => {
    const refusal = { message: 'quota', since: now };
    expect(until({ refusal }, 5_000)).toBe(5_000);
    expect(until({ refusal })).toBe(300_000);
  });
});
