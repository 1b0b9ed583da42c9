import {
  heldPartition,
  isRolling,
} from '../../../../controller/bitcoin-network/rollout/revision.ts';
import { statefulSetOf } from '../../../../controller/bitcoin-network/scope.ts';
import type { StatefulSet } from '../../../../controller/cache/workloads.ts';
import { dependencies, nodesWithRevisions, scope, statefulSet } from '../../builders.ts';

/** A StatefulSet between two revisions. */
function between(currentRevision: string, updateRevision: string, partition = 3): StatefulSet {
  return statefulSet(3, { currentRevision, updateRevision }, partition);
}

/** The scope of a network of 3 nodes with the given StatefulSet. */
function scopeWith(set: StatefulSet | undefined) {
  const context = dependencies();
  if (set) context.server.put('statefulsets/alice-sts', { ...set });
  return scope(undefined, context);
}

describe('statefulSetOf', () => {
  test("returns the network's StatefulSet if it exists", () => {
    expect(statefulSetOf(scopeWith(undefined))).toBeUndefined();
    expect(statefulSetOf(scopeWith(statefulSet(3)))).toMatchObject({ spec: { replicas: 3 } });
  });
});

describe('isRolling', () => {
  test.each([
    [false, 'all pods have the only revision', 'r1 r1 r1', between('r1', 'r1')],
    [true, 'the template changed', 'r0 r0 r0', between('r0', 'r1')],
    [true, 'one pod is of the old revision', 'r0 r1 r1', between('r0', 'r1')],
    // While pods are held, the StatefulSet controller does not update currentRevision.
    [
      false,
      'all pods are of the new revision although two revisions exist',
      'r1 r1 r1',
      between('r0', 'r1'),
    ],
    [true, 'a pod is missing during a rollout', 'r0 r0 -', between('r0', 'r1')],
    [false, 'a pod is missing outside a rollout', 'r1 r1 -', between('r1', 'r1')],
    [true, 'a change was reverted during its rollout', 'r0 r1 r1', between('r0', 'r0')],
    [
      false,
      'only a node that left the plan has the old revision',
      'r1 r1 r1 r0',
      between('r1', 'r1'),
    ],
  ])('returns %p if %s', (expected, _, revisions, set) => {
    expect(isRolling(scopeWith(set), nodesWithRevisions(revisions))).toBe(expected);
  });

  test('returns false without a StatefulSet', () => {
    expect(isRolling(scopeWith(undefined), nodesWithRevisions('r0 r0 r0'))).toBe(false);
  });

  test('returns false while the status of the StatefulSet does not describe its spec', () => {
    const behind = statefulSet(3, { observedGeneration: 0, updateRevision: 'r2' });
    expect(isRolling(scopeWith(behind), nodesWithRevisions('r1 r1 r1'))).toBe(false);
  });
});

describe('heldPartition', () => {
  test('holds every pod of a network without a StatefulSet', () => {
    expect(heldPartition(scopeWith(undefined), [])).toBe(3);
  });

  test('holds every pod while no rollout is under way', () => {
    expect(heldPartition(scopeWith(between('r1', 'r1', 1)), nodesWithRevisions('r1 r1 r1'))).toBe(
      3,
    );
  });

  test('keeps the update partition during a rollout', () => {
    expect(heldPartition(scopeWith(between('r0', 'r1', 1)), nodesWithRevisions('r0 r1 r1'))).toBe(
      1,
    );
  });

  test('keeps the update partition while the status does not describe the spec', () => {
    const behind = statefulSet(3, { observedGeneration: 0 }, 1);
    expect(heldPartition(scopeWith(behind), nodesWithRevisions('r1 r1 r1'))).toBe(1);
  });

  test('treats a StatefulSet without an update partition as one that holds no pod', () => {
    const set = statefulSet(3, { currentRevision: 'r0' });
    expect(heldPartition(scopeWith(set), nodesWithRevisions('r0 r0 r0'))).toBe(0);
  });
});
