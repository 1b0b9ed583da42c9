import { findLosses } from '../../../../controller/bitcoin-network/chain-loss/losses.ts';
import type { Pod, StatefulSet } from '../../../../controller/cache/workloads.ts';
import { dependencies, network, pod, scope, statefulSet } from '../../builders.ts';

const created = '2026-01-01T12:00:00Z';
const firstReadyTime = '2026-01-01T12:00:05Z';
const later = '2026-01-01T12:30:00Z';

/** The causes of losses of node 1, which was ready. Another node never was. */
function causes(current: Pod | undefined, set: StatefulSet | 'deleted' = statefulSet(3, {}, 3)) {
  const context = dependencies();
  if (set !== 'deleted') context.server.put('statefulsets/alice-sts', { ...set });
  if (current) context.server.put('pods/alice-sts-1', { ...current });
  const nodes = [
    { nodeName: 'alice-sts-0', ordinal: 0, ready: false },
    { nodeName: 'alice-sts-1', ordinal: 1, ready: true, firstReadyTime },
  ];
  const losses = findLosses(scope({ ...network(), status: { nodes } }, context));
  expect(losses.every(({ node }) => node === '1')).toBe(true);
  return losses.map(({ cause }) => cause);
}

const podWith = (status: Pod['status'], metadata: Partial<Pod['metadata']> = {}) =>
  pod('1', status, { creationTimestamp: created, ...metadata });
const disruption = (reason: string, message: string) => ({
  conditions: [{ type: 'DisruptionTarget', status: 'True', reason, message }],
});

describe('a node has lost its data if its pod', () => {
  test('does not exist', () => {
    expect(causes(undefined)).toEqual(['the pod was deleted']);
  });

  test('is a newer one', () => {
    expect(causes(podWith({}, { creationTimestamp: later }))).toEqual(['the pod was deleted']);
  });

  test('is being deleted', () => {
    expect(causes(podWith({}, { deletionTimestamp: later }))).toEqual(['the pod was deleted']);
  });

  test('is being evicted, and the cause names the component', () => {
    const status = disruption('EvictionByEvictionAPI', 'Eviction API: evicting');
    expect(causes(podWith(status, { deletionTimestamp: later }))).toEqual([
      'the pod was deleted (EvictionByEvictionAPI: Eviction API: evicting)',
    ]);
  });

  test('ended, and the cause has the message of the kubelet up to a limit', () => {
    const message = `The node was low on resource: memory. ${'x'.repeat(1_000)}`;
    const [cause] = causes(podWith({ phase: 'Failed', reason: 'Evicted', message }));
    expect(cause).toMatch(/^the pod ended \(Evicted: The node was low on resource: memory. x+\)$/);
    expect(cause!.length).toBeLessThan(250);
  });

  test('is beyond the replicas that another client set', () => {
    expect(causes(podWith({}), statefulSet(1, {}, 3))).toEqual([
      'another client scaled StatefulSet alice-sts to 1',
    ]);
  });

  test('belongs to a StatefulSet that was deleted', () => {
    expect(causes(podWith({}), 'deleted')).toEqual([
      'StatefulSet alice-sts was deleted, and its pods with it, unless --cascade=orphan was set',
    ]);
  });
});

describe('a node has not lost its data', () => {
  test('while its pod exists, ready or not', () => {
    expect(causes(podWith({}))).toEqual([]);
    expect(causes(podWith(disruption('EvictionByEvictionAPI', '')))).toEqual([]);
    expect(causes(podWith({}, { creationTimestamp: firstReadyTime }))).toEqual([]);
  });

  test('without notice if a rollout replaces its pod', () => {
    const terminating = podWith({}, { deletionTimestamp: later });
    const open = statefulSet(3, { updateRevision: 'r2' }, 1);
    expect(causes(terminating, open)).toEqual([]);
    expect(causes(undefined, open)).toEqual([]);
    // The pod of the new revision, and a pod that the rollout does not replace yet.
    expect(causes(terminating, statefulSet(3, {}, 1))).toEqual(['the pod was deleted']);
    const held = statefulSet(3, { updateRevision: 'r2' }, 2);
    expect(causes(terminating, held)).toEqual(['the pod was deleted']);
  });

  test('if it left the plan', () => {
    const context = dependencies();
    context.server.put('statefulsets/alice-sts', { ...statefulSet(3) });
    const nodes = [{ nodeName: 'alice-sts-7', ordinal: 7, ready: true, firstReadyTime }];
    expect(findLosses(scope({ ...network(), status: { nodes } }, context))).toEqual([]);
  });
});
