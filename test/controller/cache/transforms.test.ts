import {
  transformObject,
  transformStatefulSet,
  transformNetwork,
  transformPod,
} from '../../../controller/cache/transforms.ts';
import { network, pod, statefulSet } from '../builders.ts';

const label = 'bitcoincontroller.christianb93.github.com/network';
const managedFields = [
  {
    manager: 'bitcoin-controller',
    operation: 'Apply',
    apiVersion: 'v1',
    fieldsV1: { 'f:data': { 'f:a': {} } },
  },
] as const;
const configMap = {
  ...{ apiVersion: 'v1', kind: 'ConfigMap' },
  metadata: {
    ...{ name: 'c', namespace: 'lab', uid: 'u', resourceVersion: '5' },
    labels: { [label]: 'alice', app: 'x' },
    annotations: { note: 'y' },
    managedFields,
  },
  data: { a: '1', b: '2' },
};

describe('what is kept of', () => {
  test('an object of a chart is which it is, and a digest', () => {
    expect(transformObject(configMap)).toEqual({
      ...{ apiVersion: 'v1', kind: 'ConfigMap' },
      metadata: {
        ...{ name: 'c', namespace: 'lab', uid: 'u', resourceVersion: '5' },
        labels: { [label]: 'alice' },
      },
      digest: expect.stringMatching(/^.{44}$/) as string,
    });
  });

  test.each<[string, object, boolean]>([
    ['a field of ours', { data: { a: '9', b: '2' } }, true],
    ['a field of another', { data: { a: '1', b: '9' } }, false],
    ['a version', { metadata: { ...configMap.metadata, resourceVersion: '6' } }, false],
    ['the loss of our entry', { metadata: { ...configMap.metadata, managedFields: [] } }, true],
  ])('an object of a chart tells by its digest of %s', (_, change, differs) => {
    const changed = transformObject({ ...configMap, ...change });
    expect(changed.digest !== transformObject(configMap).digest).toBe(differs);
  });

  test('a StatefulSet is what the steps read of it', () => {
    const live = {
      ...statefulSet(3),
      spec: {
        replicas: 3,
        template: {},
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
      },
    };
    const { digest, ...kept } = transformStatefulSet(live);
    expect(digest).toBeDefined();
    expect(kept).toEqual({
      ...statefulSet(3),
      metadata: { ...live.metadata, labels: {} },
      spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
    });
  });

  test('a network is all but its managedFields', () => {
    const live = network({ nodes: 3 }, { managedFields } as object);
    expect(JSON.parse(JSON.stringify(transformNetwork(live)))).toEqual(network());
  });

  test('a pod is without its containers once it is ready', () => {
    const statuses = { containerStatuses: [{ name: 'bitcoind', restartCount: 3, state: {} }] };
    const ready = { type: 'Ready', status: 'True' };
    const starting = transformPod(
      pod(0, { ...statuses, conditions: [{ ...ready, status: 'False' }] }),
    );
    expect(starting.status!.containerStatuses).toEqual([{ name: 'bitcoind', state: {} }]);
    const kept = transformPod(pod(0, { ...statuses, podIP: '10.0.0.7', conditions: [ready] }));
    expect(kept.status).toEqual({ podIP: '10.0.0.7', conditions: [ready] });
    expect(transformPod(pod(0, {}, true)).metadata.deletionTimestamp).toBeDefined();
  });
});
