import { podProblem } from '../../../../controller/bitcoin-network/nodes/problem.ts';
import type { ContainerState, Pod } from '../../../../controller/cache/workloads.ts';
import { pod } from '../../builders.ts';

const problemOf = (status: Pod['status']) => podProblem(pod('0', status));

/** The problem of a pod whose container bitcoind is in the given state. */
const problemIn = (state: ContainerState, lastState: ContainerState = {}) =>
  problemOf({ containerStatuses: [{ name: 'bitcoind', state, lastState }] });

/** The state of a container between two restarts. */
const backOff = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } };

describe('a pod has no problem', () => {
  test('before the cluster reports its containers', () => {
    expect(problemOf(undefined)).toBeUndefined();
    expect(problemOf({})).toBeUndefined();
  });

  test.each(['PodInitializing', 'ContainerCreating'])('while it waits for %s', (reason) => {
    expect(problemIn({ waiting: { reason } })).toBeUndefined();
  });

  test('while a container waits without a reason', () => {
    expect(problemIn({ waiting: {} })).toBeUndefined();
  });

  test('once its container runs again after a crash', () => {
    const lastState = { terminated: { exitCode: 1, message: 'Error: x' } };
    expect(problemIn({ running: {} }, lastState)).toBeUndefined();
  });

  test('after its init container succeeded', () => {
    const state = { terminated: { exitCode: 0, reason: 'Completed' } };
    expect(problemOf({ initContainerStatuses: [{ name: 'prepare', state }] })).toBeUndefined();
  });
});

describe('a problem that needs user action', () => {
  test.each([
    ['CreateContainerConfigError', 'secret "login" not found'],
    ['ErrImagePull', 'manifest unknown'],
    ['ImagePullBackOff', 'Back-off pulling image'],
    ['ErrImageNeverPull', 'not present with pull policy of Never'],
    ['InvalidImageName', 'could not parse'],
  ])('is %s', (reason, message) => {
    const state = { waiting: { reason, message } };
    expect(problemOf({ initContainerStatuses: [{ name: 'prepare', state }] })).toEqual({
      message: `${reason}: ${message}`,
      lasting: true,
    });
  });

  test('is input that bitcoind rejects, with the last line that mentions an error', () => {
    const message = '2026 starting\nError: Unsupported logging category -debug=nosuch.\nbye\n';
    const lastState = { terminated: { exitCode: 1, reason: 'Error', message } };
    expect(problemIn(backOff, lastState)).toEqual({
      message: 'CrashLoopBackOff: Error: Unsupported logging category -debug=nosuch.',
      lasting: true,
    });
  });

  test('is input that the start script rejects, with its last line', () => {
    const message = 'starting\nstart.sh: BC_RPC_USER in the Secret is empty: set a value\n';
    const state = { terminated: { exitCode: 1, reason: 'Error', message } };
    expect(problemOf({ initContainerStatuses: [{ name: 'prepare', state }] })).toEqual({
      message: 'Error: start.sh: BC_RPC_USER in the Secret is empty: set a value',
      lasting: true,
    });
  });
});

describe('a problem that may pass', () => {
  test('is a pod that fits on no Kubernetes node', () => {
    const message = '0/1 nodes are available: 1 Insufficient memory.';
    const condition = { type: 'PodScheduled', status: 'False', message };
    expect(problemOf({ conditions: [{ ...condition, reason: 'SchedulingGated' }] })).toEqual({
      message: `SchedulingGated: ${message}`,
      lasting: false,
    });
    expect(problemOf({ conditions: [condition] })).toMatchObject({
      message: `Unschedulable: ${message}`,
    });
  });

  test('is a container that was killed', () => {
    const lastState = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
    expect(problemIn(backOff, lastState)).toEqual({
      message: 'CrashLoopBackOff: back-off 10s',
      lasting: false,
    });
  });

  test('is a container that was killed and has not been restarted yet', () => {
    expect(problemIn({ terminated: { exitCode: 137, reason: 'OOMKilled' } })).toEqual({
      message: 'OOMKilled',
      lasting: false,
    });
  });
});

test('the first container with a problem determines the problem of the pod', () => {
  const waiting = { reason: 'ErrImagePull', message: 'manifest unknown' };
  const containerStatuses = [{ name: 'bitcoind', state: { waiting: { reason: 'ErrImagePull' } } }];
  expect(
    problemOf({
      initContainerStatuses: [{ name: 'prepare', state: { waiting } }],
      containerStatuses,
    }),
  ).toMatchObject({ message: 'ErrImagePull: manifest unknown' });
});
