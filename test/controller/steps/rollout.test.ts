import {
  heldPartition,
  isRolling,
  nextPartition,
  type RolloutState,
  type Tip,
} from '../../../controller/steps/rollout.ts';
import { node, statefulSet } from '../builders.ts';

/** A StatefulSet of three on its way from r0 to r1. */
function rolling(partition: number) {
  const set = statefulSet(3, { currentRevision: 'r0', updateRevision: 'r1' });
  return { ...set, spec: { ...set.spec, updateStrategy: { rollingUpdate: { partition } } } };
}

const tip = (blocks: number, bestBlockHash = `hash-${blocks}`): Tip => ({ blocks, bestBlockHash });
const tips = (...heights: number[]) => new Map(heights.map((height, i) => [i, tip(height)]));

/** Nodes of which those from `partition` on are of the new revision. */
const nodes = (partition: number) =>
  [0, 1, 2].map((ordinal) => node(ordinal, { revision: ordinal >= partition ? 'r1' : 'r0' }));

function next(partition: number, state: Partial<RolloutState> = {}): number {
  return nextPartition({
    wanted: 3,
    statefulSet: rolling(partition),
    nodes: nodes(partition),
    linksDown: false,
    tips: tips(500, 500, 500),
    ...state,
  });
}

test('nothing is replaced by itself, and a roll is not held up by a reconcile', () => {
  expect(heldPartition(3, undefined)).toBe(3);
  const settled = statefulSet(3, { currentRevision: 'r1', updateRevision: 'r1' });
  expect(isRolling(settled)).toBe(false);
  expect(heldPartition(3, settled)).toBe(3);
  expect(isRolling(rolling(1))).toBe(true);
  expect(heldPartition(3, rolling(1))).toBe(1);
});

test('a status of an older generation says nothing about the roll: the partition stays', () => {
  const stale = { ...rolling(1), metadata: { ...rolling(1).metadata, generation: 9 } };
  expect(isRolling(stale)).toBe(false);
  expect(heldPartition(3, stale)).toBe(1);
});

test('nodes are replaced one by one from the last', () => {
  expect([3, 2, 1, 0].map((partition) => next(partition))).toEqual([2, 1, 0, 0]);
});

describe('the next waits until the replaced node', () => {
  test('is ready', () => {
    const waiting = nodes(2).map((one) => (one.ordinal === 2 ? { ...one, ready: false } : one));
    expect(next(2, { nodes: waiting })).toBe(2);
  });

  test('is of the new revision', () => {
    expect(next(2, { nodes: nodes(3) })).toBe(2);
  });

  test('is there', () => {
    expect(next(2, { nodes: nodes(2).slice(0, 2) })).toBe(2);
  });

  test('answers', () => {
    expect(next(2, { tips: tips(500, 500) })).toBe(2);
  });

  test('has the best block, not only as many', () => {
    expect(next(2, { tips: tips(500, 500, 440) })).toBe(2);
    const fork = new Map([...tips(500, 500), [2, tip(499, 'other')] as const]);
    expect(next(2, { tips: fork })).toBe(2);
  });

  test('is linked', () => {
    expect(next(2, { linksDown: true })).toBe(2);
  });
});

test('nodes of the old revision that are broken stop nothing: the new one may mend them', () => {
  const broken = [0, 1, 2].map((ordinal) => node(ordinal, { revision: 'r0', ready: false }));
  expect(next(3, { nodes: broken, tips: new Map() })).toBe(2);
});

test('the only node is replaced at once', () => {
  const set = rolling(1);
  expect(next(1, { wanted: 1, statefulSet: set, nodes: [node(0)], tips: tips(5) })).toBe(0);
});

test('a partition beyond the nodes, as after scaling down, counts from the last node', () => {
  expect(next(7)).toBe(2);
});
