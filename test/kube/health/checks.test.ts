import { cachesSynced, queueHealthy, watchesHealthy } from '../../../kube/health/checks.ts';

const watch = (hasSynced: boolean, failingFor = 0) => ({ hasSynced, failingFor });

test('cachesSynced names the caches that are not synced', () => {
  expect(cachesSynced({ pods: watch(true) })()).toBe(true);
  const check = cachesSynced({ pods: watch(true), nodes: watch(false) });
  expect(check).toThrow('caches are not synced: nodes');
});

test('watchesHealthy names the watches that had no response for longer than the limit', () => {
  const watches = { pods: watch(true, 1000), nodes: watch(false, 612_000) };
  expect(watchesHealthy(watches, 612_000)()).toBe(true);
  expect(watchesHealthy(watches, 1000)).toThrow('no response to watches: nodes (612 s)');
});

test('queueHealthy fails for a reconcile that does not end', () => {
  expect(queueHealthy({ longestRun: 5000 }, 5000)()).toBe(true);
  expect(queueHealthy({ longestRun: 6000 }, 5000)).toThrow('running for 6 s');
});
