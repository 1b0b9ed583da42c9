import { observeNodes } from '../../../../controller/bitcoin-network/nodes/observe.ts';
import { checksumAnnotation, networkLabel } from '../../../../constructs/bitcoin-network/labels.ts';
import type { Pod } from '../../../../controller/cache/workloads.ts';
import { dependencies, network, pod, readyStatus, scope, statefulSet } from '../../builders.ts';

/** The nodes of a cluster with the given pods. */
function observe(...pods: readonly Pod[]) {
  const context = dependencies();
  context.server.put('statefulsets/alice-sts', { ...statefulSet(3) });
  for (const each of pods) context.server.put(`pods/${each.metadata.name}`, { ...each });
  return observeNodes(scope(undefined, context));
}

describe('observeNodes', () => {
  test('returns the state of a node as its pod reports it', () => {
    const creationTimestamp = '2023-11-14T22:13:00Z';
    const annotations = { [checksumAnnotation]: 'c7' };
    expect(observe(pod('2', readyStatus('10.0.0.7'), { annotations, creationTimestamp }))).toEqual([
      {
        name: '2',
        group: 'default',
        ordinal: 2,
        pod: 'alice-sts-2',
        uid: 'uid-of-pods/alice-sts-2',
        dnsName: 'alice-sts-2.alice-svc',
        ready: true,
        ip: '10.0.0.7',
        revision: 'r1',
        checksum: 'c7',
        createdAt: Date.parse('2023-11-14T22:13:00Z'),
        readySince: 1_700_000_000_000,
        unreadySince: undefined,
        firstReady: 1_700_000_000_000,
        hasEnded: false,
        problem: undefined,
        restart: undefined,
      },
    ]);
  });

  test('returns a node that starts without an address and without a ready time', () => {
    const [node] = observe(pod('0', { conditions: [{ type: 'Ready', status: 'False' }] }));
    expect(node).toMatchObject({ ready: false, ip: undefined, readySince: undefined });
  });

  test('takes the time at which a node was first ready from the status of the network', () => {
    const context = dependencies();
    context.server.put('statefulsets/alice-sts', { ...statefulSet(3) });
    const lastTransitionTime = '2026-01-01T12:00:09Z';
    const conditions = [{ type: 'Ready', status: 'False', lastTransitionTime }];
    context.server.put('pods/alice-sts-0', { ...pod('0', { conditions }) });
    const firstReadyTime = '2026-01-01T12:00:01Z';
    const nodes = [{ nodeName: 'alice-sts-0', ordinal: 0, ready: true, firstReadyTime }];
    const resource = { ...network(), status: { nodes } };
    const [node] = observeNodes(scope(resource, context));
    expect(node).toMatchObject({
      firstReady: Date.parse(firstReadyTime),
      unreadySince: Date.parse(lastTransitionTime),
    });
  });

  test('orders nodes by ordinal, not by text', () => {
    expect(observe(pod('10'), pod('2'), pod('0')).map(({ name }) => name)).toEqual([
      '0',
      '2',
      '10',
    ]);
  });

  test('orders the default group before other groups', () => {
    const nodes = observe(pod('old-1'), pod('new-0'), pod('3'), pod('old-0'));
    expect(nodes.map(({ name }) => name)).toEqual(['3', 'new-0', 'old-0', 'old-1']);
    expect(nodes[3]).toMatchObject({ group: 'old', ordinal: 1, pod: 'alice-sts-old-1' });
  });

  test('ignores pods that are being deleted', () => {
    const deleted = pod('1', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(observe(pod('0'), deleted).map(({ name }) => name)).toEqual(['0']);
  });

  test('ignores pods whose names are not those of nodes', () => {
    const stranger = pod('0', {}, { name: 'alice-sts-x' });
    expect(observe(stranger, pod('0')).map(({ name }) => name)).toEqual(['0']);
  });

  test('ignores pods of other networks', () => {
    const other = pod('0', {}, { name: 'bob-sts-0', labels: { [networkLabel]: 'bob' } });
    expect(observe(other)).toEqual([]);
  });

  test('ignores pods that the StatefulSet of the network does not control', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'alice-sts', uid: 'other' };
    const forged = pod('7', readyStatus('10.0.0.7'), { ownerReferences: [] });
    const controlled = { ...owner, uid: 'uid-of-statefulsets/alice-sts', controller: false };
    expect(observe(forged)).toEqual([]);
    expect(observe(pod('7', {}, { ownerReferences: [{ ...owner, controller: true }] }))).toEqual(
      [],
    );
    expect(observe(pod('7', {}, { ownerReferences: [controlled] }))).toEqual([]);
  });

  test('ignores all pods while the network has no StatefulSet', () => {
    const context = dependencies();
    context.server.put('pods/alice-sts-0', { ...pod('0', {}, { ownerReferences: [] }) });
    expect(observeNodes(scope(undefined, context))).toEqual([]);
  });

  test('returns no address of a pod that ended, because another pod may have it', () => {
    expect(observe(pod('0', { phase: 'Failed', podIP: '10.0.0.7' }))[0]!.ip).toBeUndefined();
  });

  test('includes nodes that left the plan', () => {
    expect(observe(pod('0'), pod('7')).map(({ name }) => name)).toEqual(['0', '7']);
  });

  test('reports whether the cluster ended a pod', () => {
    expect(observe(pod('0', { phase: 'Failed', reason: 'Evicted' }))[0]).toMatchObject({
      hasEnded: true,
      problem: { message: 'Evicted' },
    });
  });

  test('reports the crash before the current run of a node that is not ready', () => {
    const lastState = { terminated: { exitCode: 137, reason: 'OOMKilled' } };
    const containerStatuses = [{ name: 'bitcoind', state: { running: {} }, lastState }];
    const ready = readyStatus('10.0.0.1');
    const [starting, working] = observe(
      pod('0', { containerStatuses }),
      pod('1', { ...ready, containerStatuses }),
    );
    expect(starting!.restart!.problem.message).toMatch(/^OOMKilled/);
    expect(working!.restart).toBeUndefined();
  });

  test('reports the problem of a node that is not ready, and none of a ready node', () => {
    const conditions = [
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'too small' },
    ];
    const ready = readyStatus('10.0.0.1');
    const [waiting, working] = observe(
      pod('0', { conditions }),
      pod('1', { ...ready, conditions: [...ready.conditions!, ...conditions] }),
    );
    expect(waiting!.problem).toEqual({ message: 'Unschedulable: too small', lasting: false });
    expect(working!.problem).toBeUndefined();
  });
});
