import { cachesSynced, queueHealthy, watchesHealthy } from '../../../kube/health/checks.ts';

const watch = (hasSynced: boolean, failingFor = 0) => ({ hasSynced, failingFor });

test('cachesSynced throws an error that names the unsynced caches', () => {
  expect(cachesSynced({ pods: watch(true) })()).toBe(true);
  const check = cachesSynced({ pods: watch(true), nodes: watch(false) });
  expect(check).toThrow('caches are not synced: nodes');
});

test('watchesHealthy throws an error that names watches that failed for longer than the limit', () => {
  const watches = { pods: watch(true, 1000), nodes: watch(false, 612_000) };
  expect(watchesHealthy(watches, 612_000)()).toBe(true);
  expect(watchesHealthy(watches, 1000)).toThrow('no response to watches: nodes (612 s)');
});

test('queueHealthy throws when a reconcile exceeds the limit', () => {
  expect(queueHealthy({ longestRun: 5000 }, 5000)()).toBe(true);
  expect(queueHealthy({ longestRun: 6000 }, 5000)).toThrow('running for 6 s');
});
