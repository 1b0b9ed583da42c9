import { conditionOf, isObserved, updatePartitionOf } from '../../../controller/cache/workloads.ts';
import { pod, readyStatus, statefulSet } from '../builders.ts';

test('conditionOf returns the condition of a type, if the pod has one', () => {
  expect(conditionOf(pod('0', readyStatus('10.0.0.1')), 'Ready')).toMatchObject({
    status: 'True',
  });
  expect(conditionOf(pod('0', readyStatus('10.0.0.1')), 'PodScheduled')).toBeUndefined();
  expect(conditionOf(pod('0'), 'Ready')).toBeUndefined();
});

test('isObserved compares the generation of the status with that of the spec', () => {
  expect(isObserved(statefulSet(3))).toBe(true);
  expect(isObserved(statefulSet(3, { observedGeneration: 0 }))).toBe(false);
  const { status, ...set } = statefulSet(3);
  expect(status).toBeDefined();
  expect(isObserved(set)).toBe(false);
});

test('updatePartitionOf returns 0 for a StatefulSet without an update strategy', () => {
  expect(updatePartitionOf(statefulSet(3))).toBe(0);
  expect(updatePartitionOf(statefulSet(3, {}, 2))).toBe(2);
});
