import { transformPod } from '../../../../controller/cache/transforms.ts';
import { readNodes } from '../../../../controller/bitcoin-network/nodes/observe.ts';
import type { Pod } from '../../../../controller/cache/workloads.ts';
import { names, pod } from '../../builders.ts';

const lastTransitionTime = '2023-11-14T22:13:20Z';
const ready = {
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }],
  podIP: '10.0.0.7',
};

/** The nodes of pods as the watches keep them. */
const read = (pods: readonly Pod[]) => readNodes(names, pods.map(transformPod));

test('nodes are the pods of the StatefulSet, by ordinal', () => {
  const stranger: Pod = { ...pod(0), metadata: { name: 'alice-sts-x', namespace: 'lab' } };
  const nodes = read([pod(10), pod(2, ready), stranger, pod(0), pod(1, {}, true)]);
  expect(nodes.map(({ ordinal }) => ordinal)).toEqual([0, 2, 10]);
  expect(nodes[1]).toEqual({
    ordinal: 2,
    pod: 'alice-sts-2',
    dnsName: 'alice-sts-2.alice-svc',
    ready: true,
    ip: '10.0.0.7',
    revision: 'r1',
    readySince: 1_700_000_000_000,
    problem: undefined,
  });
});

describe("a node's problem", () => {
  const problemOf = (status: Pod['status']) => read([pod(0, status)])[0]!.problem;

  test('is none while it starts, nor once it runs again', () => {
    expect(problemOf({})).toBeUndefined();
    expect(
      problemOf({
        containerStatuses: [
          { name: 'bitcoind', state: { waiting: { reason: 'PodInitializing' } } },
        ],
      }),
    ).toBeUndefined();
    const lastState = { terminated: { exitCode: 1, message: 'Error: x' } };
    expect(
      problemOf({ containerStatuses: [{ name: 'bitcoind', state: { running: {} }, lastState }] }),
    ).toBeUndefined();
  });

  test('names the Secret that is missing', () => {
    const waiting = { reason: 'CreateContainerConfigError', message: 'secret "login" not found' };
    expect(problemOf({ initContainerStatuses: [{ name: 'prepare', state: { waiting } }] })).toEqual(
      { message: 'CreateContainerConfigError: secret "login" not found', lasting: true },
    );
  });

  test('is what the scheduler says of a pod that fits nowhere', () => {
    const message = '0/1 nodes are available: 1 Insufficient memory.';
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    ];
    expect(problemOf({ conditions })).toEqual({
      message: `Unschedulable: ${message}`,
      lasting: false,
    });
  });

  test('is the error in the words of bitcoind, not of the back-off', () => {
    const message = '2026 starting\nError: Unsupported logging category -debug=nosuch.\nbye\n';
    const state = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } };
    const lastState = { terminated: { exitCode: 1, reason: 'Error', message } };
    expect(problemOf({ containerStatuses: [{ name: 'bitcoind', state, lastState }] })).toEqual({
      message: 'CrashLoopBackOff: Error: Unsupported logging category -debug=nosuch.',
      lasting: true,
    });
  });

  test('may pass when a node was only killed', () => {
    const state = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } };
    const lastState = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
    expect(problemOf({ containerStatuses: [{ name: 'bitcoind', state, lastState }] })).toEqual({
      message: 'CrashLoopBackOff: back-off 10s',
      lasting: false,
    });
  });
});
