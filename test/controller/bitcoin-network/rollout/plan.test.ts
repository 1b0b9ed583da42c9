import { RpcError } from '../../../../bitcoin/rpc/error.ts';
import { fullMesh } from '../../../../bitcoin/plan/topologies/full-mesh.ts';
import type { NodeState } from '../../../../controller/bitcoin-network/nodes/observe.ts';
import {
  heldPartition,
  isRolling,
  planRollout,
  type RolloutState,
  type Tip,
} from '../../../../controller/bitcoin-network/rollout/plan.ts';
import { node, peers, statefulSet } from '../../builders.ts';

/** A StatefulSet of three on its way from r0 to r1. */
const rolling = (partition = 3) => withPartition(partition, 'r0', 'r1');
function withPartition(partition: number, currentRevision: string, updateRevision: string) {
  const set = statefulSet(3, { currentRevision, updateRevision });
  return { ...set, spec: { ...set.spec, updateStrategy: { rollingUpdate: { partition } } } };
}

const tip = (blocks: number, bestBlockHash = `hash-${blocks}`): Tip => ({
  blocks,
  headers: blocks,
  bestBlockHash,
});
const tips = (...heights: number[]) => new Map(heights.map((height, i) => [i, tip(height)]));
const silent = (failure: RpcError['failure']): Tip => ({ failure: new RpcError(failure, 'why') });

/** Nodes by revision, `r0 r0 r1`; a hyphen is a node without a pod. */
const nodesOf = (revisions: string): NodeState[] =>
  revisions
    .split(' ')
    .flatMap((revision, ordinal) => (revision === '-' ? [] : [node(ordinal, { revision })]));

function plan(revisions: string, state: Partial<RolloutState> = {}) {
  return planRollout({
    topology: fullMesh(3),
    statefulSet: rolling(),
    nodes: nodesOf(revisions),
    peers: peers(3),
    tips: tips(500, 500, 500),
    now: 60_000,
    ...state,
  });
}
const partition = (...args: Parameters<typeof plan>) => plan(...args).partition;

describe('isRolling', () => {
  test.each([
    ['nothing differs', 'r1 r1 r1', withPartition(3, 'r1', 'r1'), false],
    ['a revision is new', 'r0 r0 r0', rolling(), true],
    ['a pod is missing on the way', 'r0 r0 -', rolling(), true],
    ['a pod is missing, otherwise not', 'r1 r1 -', withPartition(3, 'r1', 'r1'), false],
    ['a change was taken back', 'r0 r1 r1', withPartition(3, 'r0', 'r0'), true],
  ])('when %s', (_, revisions, set, expected) => {
    expect(isRolling(3, set, nodesOf(revisions))).toBe(expected);
  });
});

describe('heldPartition', () => {
  test('holds every pod while nothing rolls', () => {
    expect(heldPartition(3, undefined, [])).toBe(3);
    expect(heldPartition(3, withPartition(1, 'r1', 'r1'), nodesOf('r1 r1 r1'))).toBe(3);
  });

  test('stays in a roll, and while the status is behind', () => {
    expect(heldPartition(3, rolling(1), nodesOf('r0 r1 r1'))).toBe(1);
    const set = withPartition(1, 'r1', 'r1');
    const behind = { ...set, metadata: { ...set.metadata, generation: 9 } };
    expect(heldPartition(3, behind, nodesOf('r1 r1 r1'))).toBe(1);
  });
});

test('nodes are replaced one by one from the last, and then all are held again', () => {
  expect(plan('r0 r0 r0')).toEqual({ partition: 2, waitingFor: 'alice-sts-2 is replaced' });
  expect(partition('r0 r0 r1')).toBe(1);
  expect(partition('r0 r1 r1')).toBe(0);
  expect(plan('r1 r1 r1')).toEqual({ partition: 3, waitingFor: undefined });
});

test('a pod that is being made comes back as the new one', () => {
  expect(plan('r0 r0 -')).toEqual({ partition: 2, waitingFor: 'node 2 has no pod yet' });
  expect(partition('- r1 r1')).toBe(0);
});

describe('the next waits until the replaced node', () => {
  const waits = (state: Partial<RolloutState>, waitingFor: string) => {
    expect(plan('r0 r0 r1', state)).toEqual({ partition: 2, waitingFor });
  };

  test('is ready', () => {
    const nodes = [...nodesOf('r0 r0'), node(2, { ready: false })];
    waits({ nodes }, 'alice-sts-2 is not ready');
  });

  test('answers', () => {
    waits({ tips: tips(500, 500) }, 'alice-sts-2 does not answer');
  });

  test('has the best block, not only as many', () => {
    const behind = (blocks: number) => `alice-sts-2 is at block ${blocks}, others are ahead`;
    waits({ tips: tips(500, 500, 440) }, behind(440));
    waits({ tips: new Map([...tips(500, 500), [2, tip(499, 'other')]]) }, behind(499));
  });

  test('is linked with those that answer', () => {
    const connected = new Map([[2, new Set([0])]]);
    waits({ peers: { connected } }, 'alice-sts-2 is not linked with node 1');
    expect(partition('r0 r0 r1', { peers: { connected }, tips: tips(500) })).toBe(2);
  });
});

test('a second change on the way takes back what the first allowed', () => {
  const state = { statefulSet: withPartition(0, 'r0', 'r2'), tips: tips(500, 500, 0) };
  expect(partition('r0 r1 r2', state)).toBe(2);
  expect(partition('r1 r1 r1', { statefulSet: withPartition(0, 'r0', 'r2') })).toBe(2);
});

test('a change that was taken back replaces what it left behind', () => {
  const state = { statefulSet: withPartition(3, 'r0', 'r0') };
  expect(partition('r0 r1 r1', state)).toBe(2);
  expect(partition('r0 r1 r0', state)).toBe(1);
  expect(partition('r0 r0 r0', state)).toBe(3);
});

describe('old nodes that do not answer', () => {
  test('hold the roll, for they may have blocks that no one knows of', () => {
    const state = {
      tips: new Map([
        [2, tip(0)],
        [0, tip(0)],
        [1, silent('timeout')],
      ] as const),
    };
    expect(plan('r0 r0 r1', { tips: state.tips })).toEqual({
      partition: 2,
      waitingFor: 'alice-sts-1 does not answer',
    });
  });

  test('give the new one time where they know another login', () => {
    const refused = new Map([
      [0, silent('unauthorized')],
      [1, silent('unauthorized')],
      [2, tip(500)],
    ] as const);
    const since = (readySince: number) => ({
      tips: refused,
      nodes: [...nodesOf('r0 r0'), node(2, { readySince })],
    });
    expect(partition('', since(51_000))).toBe(2);
    expect(partition('', since(50_000))).toBe(1);
  });
});

test('while another node starts, no second one is taken away', () => {
  const starting = [
    node(0, { revision: 'r0' }),
    node(1, { ready: false }),
    node(2, { revision: 'r0' }),
  ];
  expect(plan('', { nodes: starting, tips: new Map([...tips(500)]).set(2, tip(500)) })).toEqual({
    partition: 3,
    waitingFor: 'alice-sts-1 is not ready',
  });
  expect(plan('- r0 r0')).toEqual({ partition: 3, waitingFor: 'node 0 has no pod yet' });
});

describe('old nodes that fail', () => {
  const failing = (lasting: boolean) =>
    [0, 1, 2].map((ordinal) =>
      node(ordinal, { revision: 'r0', ready: false, problem: { message: 'P', lasting } }),
    );

  test('are replaced together if they fail for good: there is nothing to wait for', () => {
    expect(partition('', { nodes: failing(true), tips: new Map() })).toBe(0);
  });

  test('are replaced one by one if they may come back with their chain', () => {
    expect(partition('', { nodes: failing(false), tips: new Map() })).toBe(2);
  });

  test('do not take a working one with them', () => {
    const nodes = [node(0, { revision: 'r0' }), ...failing(true).slice(1)];
    expect(partition('', { nodes, tips: tips(500) })).toBe(1);
  });
});

test('the only node is replaced at once', () => {
  const one = { topology: fullMesh(1), nodes: nodesOf('r0'), tips: tips(5) };
  expect(partition('', one)).toBe(0);
});
