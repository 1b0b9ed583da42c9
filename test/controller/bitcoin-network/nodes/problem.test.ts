import { podProblem, podRestart } from '../../../../controller/bitcoin-network/nodes/problem.ts';
import type { ContainerState, Pod } from '../../../../controller/cache/workloads.ts';
import { pod } from '../../builders.ts';

/** When the pods of these tests began not to be ready, and 5 minutes later. */
const since = '2026-01-01T12:00:00Z';
const graceEnd = Date.parse(since) + 300_000;
const notReady = { type: 'Ready', status: 'False', lastTransitionTime: since };

const problemOf = (status: Pod['status']) => podProblem(pod('0', status));

/** The problem of a pod whose container bitcoind is in the given state. */
const problemIn = (state: ContainerState, lastState: ContainerState = {}) =>
  problemOf({
    conditions: [notReady],
    containerStatuses: [{ name: 'bitcoind', state, lastState }],
  });

/** The problem of a pod that waits for its next restart. */
const crashWith = (terminated: NonNullable<ContainerState['terminated']>) =>
  problemIn({ waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } }, { terminated });

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

  test('once its container runs again after a crash, which a rollout must wait for', () => {
    const lastState = { terminated: { exitCode: 1, message: 'Error: x' } };
    expect(problemIn({ running: {} }, lastState)).toBeUndefined();
  });

  test('after its init container succeeded', () => {
    const state = { terminated: { exitCode: 0, reason: 'Completed' } };
    expect(problemOf({ initContainerStatuses: [{ name: 'prepare', state }] })).toBeUndefined();
  });
});

describe('the cluster reports a problem, which time may solve for 5 minutes', () => {
  test.each([
    [
      'CreateContainerConfigError',
      'secret "login" not found',
      'create the Secret or the key, or correct spec.secret',
    ],
    ['ErrImagePull', 'manifest unknown', 'correct spec.image'],
    [
      'ErrImagePull',
      'toomanyrequests: 429 Too Many Requests',
      'wait, or log in to the registry with spec.imagePullSecrets',
    ],
    [
      'ImagePullBackOff',
      'pull access denied',
      'correct spec.image, or add credentials with spec.imagePullSecrets',
    ],
    [
      'ErrImageNeverPull',
      'not present with pull policy of Never',
      'load the image on the Kubernetes node, or change spec.imagePullPolicy',
    ],
  ])('%s: %s', (reason, message, remedy) => {
    expect(problemIn({ waiting: { reason, message } })).toEqual({
      message: `${reason}: ${message} (${remedy})`,
      lasting: true,
      actionDue: graceEnd,
    });
  });

  test('of a pod that fits on no Kubernetes node', () => {
    const condition = { ...notReady, type: 'PodScheduled', message: '1 Insufficient memory.' };
    expect(problemOf({ conditions: [condition] })).toEqual({
      message:
        'Unschedulable: 1 Insufficient memory. ' +
        '(lower spec.resources.requests, or add resources to the cluster)',
      lasting: false,
      actionDue: graceEnd,
    });
    expect(problemOf({ conditions: [{ ...condition, reason: 'SchedulingGated' }] })!.message).toBe(
      'SchedulingGated: 1 Insufficient memory.',
    );
  });

  test.each([
    [
      'Evicted',
      'Pod ephemeral local storage usage exceeds the total limit of containers 12Mi. ',
      ' (raise spec.resources.limits.ephemeral-storage)',
    ],
    ['Evicted', 'The node was low on resource: memory.', ' (raise spec.resources.requests.memory)'],
    ['DeadlineExceeded', 'Pod was active on the node longer than the deadline', ''],
    ['Preempting', 'Preempted in order to admit critical pod', ''],
    ['NodeShutdown', 'Pod was terminated in response to imminent node shutdown.', ''],
    [
      'OutOfcpu',
      'Node did not have enough resource: cpu',
      ' (lower spec.resources.requests, or add resources to the cluster)',
    ],
  ])('that ended a pod: %s: %s', (reason, message, remedy) => {
    const status = { phase: 'Failed', reason, message, conditions: [notReady] };
    const containerStatuses = [{ name: 'bitcoind', state: { terminated: { exitCode: 137 } } }];
    expect(problemOf({ ...status, containerStatuses })).toEqual({
      message: `${reason}: ${message.trim()}${remedy}`,
      lasting: false,
      actionDue: graceEnd,
    });
  });

  test('of a lost Kubernetes node', () => {
    const message = 'Node w1 which was running pod alice-sts-0 is unresponsive';
    const containerStatuses = [{ name: 'bitcoind', state: { running: {} } }];
    expect(problemOf({ reason: 'NodeLost', message, containerStatuses })).toEqual({
      message: `NodeLost: ${message}`,
      lasting: false,
    });
  });
});

test('an image name that cannot be parsed needs user action at once', () => {
  expect(problemIn({ waiting: { reason: 'InvalidImageName', message: 'no' } })).toEqual({
    message: 'InvalidImageName: no (correct spec.image)',
    lasting: true,
    actionDue: 0,
  });
});

describe('a crash', () => {
  test('for lack of memory is reported with the field that mends it, without the log', () => {
    const terminated = { exitCode: 137, reason: 'OOMKilled', message: 'UpdateTip: height=5' };
    const expected = {
      message: 'OOMKilled (raise spec.resources.limits.memory)',
      lasting: false,
      actionDue: graceEnd,
    };
    expect(crashWith(terminated)).toEqual(expected);
    expect(problemIn({ terminated })).toEqual(expected);
  });

  test('for input that bitcoind rejects needs user action at once', () => {
    const message = 'Error: Unsupported logging category -debug=nosuch.\n';
    expect(crashWith({ exitCode: 1, reason: 'Error', message })).toEqual({
      message: 'Error: Unsupported logging category -debug=nosuch.',
      lasting: true,
      actionDue: 0,
    });
  });

  test('of the start script is reported with its words', () => {
    const message = 'starting\nstart.sh: BC_RPC_USER in the Secret is empty: set a value\n';
    const state = { terminated: { exitCode: 1, reason: 'Error', message } };
    expect(problemOf({ initContainerStatuses: [{ name: 'prepare', state }] })).toEqual({
      message: 'Error: start.sh: BC_RPC_USER in the Secret is empty: set a value',
      lasting: true,
      actionDue: 0,
    });
  });

  test.each([
    'Error: Cannot obtain a lock on directory /data/regtest.',
    'Error: A fatal internal error occurred: Disk space is too low!',
    "Error: Cannot resolve -externalip address: 'x'",
    'Error: Unable to bind to 0.0.0.0:18444 on this computer.',
  ])('that time may solve needs user action after 5 minutes: %s', (message) => {
    const terminated = { exitCode: 1, reason: 'Error', message };
    expect(crashWith(terminated)).toEqual({ message, lasting: true, actionDue: graceEnd });
  });

  test.each([
    [139, 'killed by SIGSEGV: the last line'],
    [2, 'exit code 2: the last line'],
  ])('with exit code %i is reported with it', (exitCode, message) => {
    const terminated = { exitCode, reason: 'Error', message: 'the last line' };
    expect(crashWith(terminated)).toEqual({ message, lasting: false, actionDue: graceEnd });
  });

  test('without output is reported with the message of the kubelet', () => {
    expect(crashWith({ exitCode: 1 })!.message).toBe('Error: back-off 10s');
    expect(problemIn({ terminated: { exitCode: 1 } })!.message).toBe('exit code 1');
  });

  test('of another kind is reported with the reason of the cluster', () => {
    const terminated = { exitCode: 128, reason: 'StartError', message: 'exec: no such file' };
    expect(crashWith(terminated)!.message).toBe('StartError: exec: no such file');
  });
});

describe('podRestart', () => {
  const lastState = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
  const restartOf = (state: ContainerState, last: ContainerState = lastState) =>
    podRestart(pod('0', { containerStatuses: [{ name: 'bitcoind', state, lastState: last }] }));

  test('returns the crash before the current run', () => {
    expect(restartOf({ running: { startedAt: since } })).toEqual({
      problem: { message: 'OOMKilled (raise spec.resources.limits.memory)', lasting: false },
      restarted: Date.parse(since),
    });
  });

  test('returns undefined without a crash, or while the container does not run', () => {
    expect(restartOf({ waiting: {} })).toBeUndefined();
    expect(restartOf({ running: {} }, {})).toBeUndefined();
    expect(restartOf({ running: {} }, { terminated: { exitCode: 0 } })).toBeUndefined();
    expect(podRestart(pod('0'))).toBeUndefined();
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
  ).toMatchObject({ message: 'ErrImagePull: manifest unknown (correct spec.image)' });
});
