import {
  hangsFrom,
  terminatingPods,
  terminatingProblem,
} from '../../../../controller/bitcoin-network/nodes/terminating.ts';
import type { Pod } from '../../../../controller/cache/workloads.ts';
import { dependencies, pod, scope, statefulSet } from '../../builders.ts';

const deletion = { deletionTimestamp: '2026-01-01T12:10:00Z', deletionGracePeriodSeconds: 600 };
const deadline = Date.parse(deletion.deletionTimestamp);

/** The only pod of a network that is being deleted. */
function observe(each: Pod) {
  const context = dependencies();
  context.server.put('statefulsets/alice-sts', { ...statefulSet(3) });
  context.server.put('pods/alice-sts-0', { ...pod('0') });
  context.server.put(`pods/${each.metadata.name}`, { ...each });
  const found = terminatingPods(scope(undefined, context));
  expect(found).toHaveLength(1);
  return found[0]!;
}

const onNode = (metadata: Partial<Pod['metadata']> = {}, status: Pod['status'] = {}): Pod => ({
  ...pod('2', status, { ...deletion, ...metadata }),
  spec: { nodeName: 'worker-1' },
});

test('a pod that stops is reported with its place and its time', () => {
  const terminating = observe(onNode());
  expect(terminating).toMatchObject({ name: '2', pod: 'alice-sts-2' });
  expect(terminatingProblem(terminating, deadline)).toEqual({
    message:
      'terminating since 2026-01-01T12:00:00Z on Kubernetes node worker-1, ' +
      'until 2026-01-01T12:10:00Z',
    lasting: false,
    actionDue: deadline + 300_000,
  });
});

test('a pod that the cluster deletes is reported with its reason', () => {
  const condition = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' };
  const message = 'preempting to accommodate a higher priority pod';
  const terminating = observe(onNode({}, { conditions: [{ ...condition, message }] }));
  expect(terminatingProblem(terminating, deadline).message).toContain(
    `worker-1 (PreemptionByScheduler: ${message}), until`,
  );
});

describe('30 s after its time, a pod hangs and is reported with what a user can do', () => {
  test('if its Kubernetes node is silent', () => {
    const terminating = observe(onNode());
    expect(hangsFrom(terminating)).toBe(deadline + 30_000);
    expect(terminatingProblem(terminating, deadline + 30_000).message).toBe(
      'terminating since 2026-01-01T12:00:00Z on Kubernetes node worker-1; its Kubernetes node ' +
        'does not confirm that it stopped; if that machine is gone, run ' +
        'kubectl delete pod alice-sts-2 --force --grace-period=0',
    );
  });

  test('if a finalizer keeps it', () => {
    const terminating = observe(onNode({ finalizers: ['example.com/hold'] }));
    expect(terminatingProblem(terminating, deadline + 30_000).message).toBe(
      'terminating since 2026-01-01T12:00:00Z on Kubernetes node worker-1; finalizers keep it: ' +
        'example.com/hold; if their owner is gone, run kubectl patch pod alice-sts-2 ' +
        `--type=merge -p '{"metadata":{"finalizers":null}}'`,
    );
  });

  test('if it never ran on a Kubernetes node', () => {
    const terminating = observe(pod('2', {}, { deletionTimestamp: '2026-01-01T12:10:00Z' }));
    expect(terminatingProblem(terminating, deadline).message).toBe(
      'terminating since 2026-01-01T12:10:00Z, until 2026-01-01T12:10:00Z',
    );
  });

  test('if its deletion timestamp is malformed', () => {
    const terminating = observe(pod('2', {}, { deletionTimestamp: 'x' }));
    expect(terminatingProblem(terminating, deadline).message).toMatch(/^terminating since an unkn/);
  });
});
