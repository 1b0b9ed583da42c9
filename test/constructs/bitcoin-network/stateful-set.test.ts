import { podTemplate } from '../../../constructs/bitcoin-network/pod/template.ts';
import { selectorLabels } from '../../../constructs/bitcoin-network/labels.ts';
import { statefulSet } from '../../../constructs/bitcoin-network/stateful-set.ts';
import { context, live, renderObject } from './builders.ts';

describe('statefulSet', () => {
  test.each([0, 1, 64])('has %i replicas for as many nodes', (nodes) => {
    const { spec } = renderObject(statefulSet, context({ nodes }));
    expect(spec.replicas).toBe(nodes);
  });

  test('has the immutable fields of release 0.1.0', () => {
    const { metadata, spec } = renderObject(statefulSet, context());
    expect(metadata.name).toBe('alice-sts');
    expect(spec).toMatchObject({
      serviceName: 'alice-svc',
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: selectorLabels('alice') },
    });
  });

  test('replaces pods from the update partition of the controller on', () => {
    const partitionOf = (...args: Parameters<typeof context>) =>
      renderObject(statefulSet, context(...args)).spec.updateStrategy.rollingUpdate.partition;
    expect(partitionOf({}, { ...live, updatePartition: 2 })).toBe(2);
    expect(partitionOf({})).toBe(0);
  });

  test('counts a pod as available 10 s after it is ready, so that it can fetch blocks', () => {
    expect(renderObject(statefulSet, context()).spec).toMatchObject({ minReadySeconds: 10 });
  });

  test('has the pod template of the network', () => {
    const ctx = context({ secret: 'login' }, live);
    expect(renderObject(statefulSet, ctx).spec.template).toEqual(podTemplate(ctx));
  });
});
