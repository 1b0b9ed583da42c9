import {
  readyConditions,
  type Readiness,
} from '../../../../controller/bitcoin-network/status/ready.ts';
import type { BitcoinNetwork } from '../../../../imports/bitcoin-network.ts';
import { network, node, nodesWithRevisions, scope, statefulSet } from '../../builders.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

/** The conditions of a network of 3 nodes that are ready, with some inputs replaced. */
function conditionsOf(changes: Partial<Readiness>, resource: BitcoinNetwork = network()) {
  return readyConditions({
    scope: scope(resource),
    statefulSet: statefulSet(3),
    nodes: nodesWithRevisions('r1 r1 r1'),
    rollout: undefined,
    failure: undefined,
    now,
    ...changes,
  });
}

/** `Ready=True AllNodesReady`, `Reconciling=...`, `Stalled=...` and the common message. */
function summaryOf(changes: Partial<Readiness>, resource?: BitcoinNetwork): string[] {
  const conditions = conditionsOf(changes, resource);
  const messages = new Set(conditions.map(({ message }) => message));
  return [
    ...conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`),
    ...messages,
  ];
}

const progressing = ['Reconciling=True Progressing', 'Stalled=False Settled'];
const stalled = ['Reconciling=False Settled', 'Stalled=True ActionRequired'];
const settled = ['Reconciling=False Settled', 'Stalled=False Settled'];

describe('a network is ready', () => {
  test('if all nodes are ready and of the newest revision', () => {
    expect(summaryOf({})).toEqual([
      'Ready=True AllNodesReady',
      ...settled,
      'all 3 nodes are ready',
    ]);
  });

  test('if its only node is ready', () => {
    const one = { statefulSet: statefulSet(1), nodes: [node('0')] };
    expect(summaryOf(one, network({ nodes: 1 })).at(-1)).toBe('the node is ready');
  });

  test('if its spec has no nodes', () => {
    const none = { statefulSet: statefulSet(0), nodes: [] };
    expect(summaryOf(none, network({ nodes: 0 }))[0]).toBe('Ready=True AllNodesReady');
  });

  test('while a node that left the plan still runs', () => {
    const nodes = nodesWithRevisions('r1 r1 r1 r0');
    expect(summaryOf({ nodes })[0]).toBe('Ready=True AllNodesReady');
  });
});

describe('a network makes progress', () => {
  test.each<[string, Partial<Readiness>, string]>([
    [
      'while a node is not ready',
      { nodes: [node('0'), node('1'), node('2', { ready: false })] },
      '2 of 3 nodes are ready',
    ],
    [
      'while a pod is missing',
      { nodes: nodesWithRevisions('r1 r1') },
      '2 of 3 nodes are ready; 1 pod does not exist yet; see kubectl describe statefulset alice-sts',
    ],
    [
      'while all pods are missing',
      { nodes: [] },
      '0 of 3 nodes are ready; 3 pods do not exist yet; see kubectl describe statefulset alice-sts',
    ],
    [
      'while a node outside the plan runs instead of a planned one',
      { nodes: [node('0'), node('1'), node('3')] },
      '2 of 3 nodes are ready; 1 pod does not exist yet; see kubectl describe statefulset alice-sts',
    ],
    [
      'while the StatefulSet does not exist',
      { statefulSet: undefined, nodes: [] },
      '0 of 3 nodes are ready',
    ],
  ])('%s', (_, changes, message) => {
    expect(summaryOf(changes)).toEqual(['Ready=False NodesNotReady', ...progressing, message]);
  });

  test('during a rollout, and names what the rollout waits for', () => {
    const waitingFor = 'alice-sts-2 is syncing at height 440';
    const rollout = { updatePartition: 2, waitingFor, isBlocked: false };
    expect(summaryOf({ rollout, nodes: nodesWithRevisions('r0 r0 r1') })).toEqual([
      'Ready=False RollingOut',
      ...progressing,
      'updated 1 of 3 nodes; alice-sts-2 is syncing at height 440',
    ]);
  });

  test('while a node is of an older revision, and the rollout is not planned yet', () => {
    expect(summaryOf({ nodes: nodesWithRevisions('r1 r1 r0') })).toEqual([
      'Ready=False RollingOut',
      ...progressing,
      'updated 2 of 3 nodes',
    ]);
  });

  test('during a rollout that fails, and reports the error', () => {
    const rolloutError = new Error('connection refused');
    const nodes = [...nodesWithRevisions('r0 r1'), node('2', { ready: false })];
    expect(summaryOf({ rolloutError, nodes })).toEqual([
      'Ready=False RollingOut',
      ...progressing,
      'updated 1 of 3 nodes; cannot continue: connection refused',
    ]);
  });

  test('right after an edit, before the StatefulSet controller has processed it', () => {
    const behind = statefulSet(3, { observedGeneration: 0 });
    expect(summaryOf({ statefulSet: behind })).toEqual([
      'Ready=False Progressing',
      ...progressing,
      'waiting for the StatefulSet controller to process alice-sts',
    ]);
  });

  test('during a rollout that waits for nothing', () => {
    const rollout = { updatePartition: 3, waitingFor: undefined, isBlocked: false };
    expect(summaryOf({ rollout, nodes: nodesWithRevisions('r0 r1 r1') }).at(-1)).toBe(
      'updated 2 of 3 nodes',
    );
  });

  test('until a user lets a blocked rollout continue, and names the problem of a node too', () => {
    const rollout = { updatePartition: 2, waitingFor: 'X has the only copy', isBlocked: true };
    const stalled = ['Reconciling=False Settled', 'Stalled=True ActionRequired'];
    expect(summaryOf({ rollout, nodes: nodesWithRevisions('r0 r0 r1') })).toEqual([
      'Ready=False RollingOut',
      ...stalled,
      'updated 1 of 3 nodes; X has the only copy',
    ]);
    const problem = { message: 'CrashLoopBackOff: back-off 10s', lasting: false };
    const failing = node('2', { ready: false, problem });
    expect(summaryOf({ rollout, nodes: [...nodesWithRevisions('r0 r0'), failing] })).toEqual([
      'Ready=False NodeFailing',
      ...stalled,
      '2 of 3 nodes are ready; alice-sts-2: CrashLoopBackOff: back-off 10s; X has the only copy',
    ]);
  });

  test('while a node has a problem that may pass', () => {
    const problem = { message: 'CrashLoopBackOff: back-off 10s', lasting: false };
    const nodes = [node('0'), node('1'), node('2', { ready: false, problem })];
    expect(summaryOf({ nodes })).toEqual([
      'Ready=False NodeFailing',
      ...progressing,
      '2 of 3 nodes are ready; alice-sts-2: CrashLoopBackOff: back-off 10s',
    ]);
  });

  test('after a failure of the API server that may pass', () => {
    const failure = { reason: 'ApplyFailed', message: 'no answer', terminal: false } as const;
    expect(summaryOf({ failure })).toEqual([
      'Ready=False ApplyFailed',
      ...progressing,
      'no answer',
    ]);
  });
});

describe('a network needs user action', () => {
  test('if user action is due for a problem, which is reported with its pod', () => {
    const message = 'CreateContainerConfigError: no secret';
    const problem = { message, lasting: true, actionDue: now };
    const nodes = (['0', '1', '2'] as const).map((name) => node(name, { ready: false, problem }));
    expect(summaryOf({ nodes })).toEqual([
      'Ready=False NodeFailing',
      ...stalled,
      '0 of 3 nodes are ready; alice-sts-0: CreateContainerConfigError: no secret; ' +
        'alice-sts-1: CreateContainerConfigError: no secret; ' +
        'alice-sts-2: CreateContainerConfigError: no secret',
    ]);
  });

  test('if user action is due for one of several problems', () => {
    const nodes = [
      node('0', { ready: false, problem: { message: 'P', lasting: true, actionDue: now + 1 } }),
      node('1', { ready: false, problem: { message: 'Q', lasting: true, actionDue: now } }),
    ];
    expect(summaryOf({ nodes }).slice(0, 3)).toEqual(['Ready=False NodeFailing', ...stalled]);
  });

  test('with at most 3 problems in the message', () => {
    const nodes = Array.from({ length: 9 }, (_, ordinal) =>
      node(`${ordinal}`, { ready: false, problem: { message: 'P', lasting: true } }),
    );
    expect(summaryOf({ nodes }, network({ nodes: 9 })).at(-1)).toMatch(/and 6 more$/);
  });

  test('if an object belongs to another owner, whatever the nodes report', () => {
    const failure = { reason: 'ObjectExists', message: 'in the way', terminal: true } as const;
    expect(summaryOf({ failure })).toEqual(['Ready=False ObjectExists', ...stalled, 'in the way']);
  });
});

describe('while the status of the StatefulSet does not describe its spec', () => {
  const behind = statefulSet(3, { observedGeneration: 0 });
  const previous = ['Ready', 'Reconciling', 'Stalled'].map((type) => ({
    type,
    status: 'True' as const,
    reason: 'Progressing',
    message: 'the previous message',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  }));
  const withStatus = (observedGeneration: number, conditions = previous) => ({
    ...network(),
    status: { observedGeneration, conditions },
  });

  test('the conditions of the same generation stay, as after each step of a rollout', () => {
    expect(conditionsOf({ statefulSet: behind }, withStatus(2))).toEqual(previous);
  });

  test('the conditions of an earlier generation are replaced', () => {
    expect(summaryOf({ statefulSet: behind }, withStatus(1))[0]).toBe('Ready=False Progressing');
  });

  test('incomplete conditions are replaced', () => {
    const incomplete = withStatus(2, previous.slice(1));
    expect(summaryOf({ statefulSet: behind }, incomplete)[0]).toBe('Ready=False Progressing');
  });

  test('a failure is reported nevertheless', () => {
    const failure = { reason: 'InvalidSpec', message: 'spec.nodes', terminal: true } as const;
    expect(summaryOf({ statefulSet: behind, failure }, withStatus(2))[0]).toBe(
      'Ready=False InvalidSpec',
    );
  });
});
