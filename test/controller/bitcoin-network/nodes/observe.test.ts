import { observeNodes } from '../../../../controller/bitcoin-network/nodes/observe.ts';
import { networkLabel } from '../../../../constructs/bitcoin-network/labels.ts';
import type { Pod } from '../../../../controller/cache/workloads.ts';
import { dependencies, names, pod, readyStatus } from '../../builders.ts';

/** The nodes of a cluster with the given pods. */
function observe(...pods: readonly Pod[]) {
  const { server, cache } = dependencies();
  for (const each of pods) server.put(`pods/${each.metadata.name}`, { ...each });
  return observeNodes({ key: 'lab/alice', names, cache });
}

describe('observeNodes', () => {
  test('returns the state of a node as its pod reports it', () => {
    expect(observe(pod('2', readyStatus('10.0.0.7')))).toEqual([
      {
        name: '2',
        group: 'default',
        ordinal: 2,
        pod: 'alice-sts-2',
        dnsName: 'alice-sts-2.alice-svc',
        ready: true,
        ip: '10.0.0.7',
        revision: 'r1',
        readySince: 1_700_000_000_000,
        problem: undefined,
      },
    ]);
  });

  test('returns a node that starts without an address and without a ready time', () => {
    const [node] = observe(pod('0', { conditions: [{ type: 'Ready', status: 'False' }] }));
    expect(node).toMatchObject({ ready: false, ip: undefined, readySince: undefined });
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

  test('includes nodes that left the plan', () => {
    expect(observe(pod('0'), pod('7')).map(({ name }) => name)).toEqual(['0', '7']);
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
