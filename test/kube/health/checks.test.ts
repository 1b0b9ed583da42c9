import { watchesHealthy, cachesSynced, queueHealthy } from '../../../kube/health/checks.ts';

const watching = (hasSynced: boolean, failingFor = 0) => ({ hasSynced, failingFor });

test('haveSynced names what was not listed yet', () => {
  expect(cachesSynced({ pods: watching(true) })()).toBe(true);
  const check = cachesSynced({ pods: watching(true), nodes: watching(false) });
  expect(check).toThrow('not listed yet: nodes');
});

test('areHeardFrom names what has failed for longer than the limit', () => {
  const watches = { pods: watching(true, 1000), nodes: watching(false, 1001) };
  expect(watchesHealthy(watches, 1001)()).toBe(true);
  expect(watchesHealthy(watches, 1000)).toThrow('not heard from: nodes for 1001 ms');
});

test('isMoving fails for a reconcile that does not end', () => {
  expect(queueHealthy({ longestRun: 5 }, 5)()).toBe(true);
  expect(queueHealthy({ longestRun: 6 }, 5)).toThrow('has run for 6 ms');
});
