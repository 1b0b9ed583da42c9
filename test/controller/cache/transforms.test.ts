import {
  transformNetwork,
  transformObject,
  transformPod,
  transformStatefulSet,
} from '../../../controller/cache/transforms.ts';
import { network, pod, readyStatus, statefulSet } from '../builders.ts';

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
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'c',
    namespace: 'lab',
    uid: 'u',
    resourceVersion: '5',
    labels: { [label]: 'alice', app: 'x' },
    annotations: { note: 'y' },
    managedFields,
  },
  data: { a: '1', b: '2' },
};

describe('transformObject', () => {
  test('reduces an object to its identity, its network and a digest', () => {
    expect(transformObject(configMap)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'c',
        namespace: 'lab',
        uid: 'u',
        resourceVersion: '5',
        labels: { [label]: 'alice' },
      },
      digest: expect.stringMatching(/^.{44}$/) as string,
    });
  });

  test.each<[string, boolean, object]>([
    ['changes with a field that the controller applied', true, { data: { a: '9', b: '2' } }],
    ['does not change with a field of another manager', false, { data: { a: '1', b: '9' } }],
    [
      'does not change with the version',
      false,
      { metadata: { ...configMap.metadata, resourceVersion: '6' } },
    ],
    [
      'changes with the loss of the managed fields',
      true,
      { metadata: { ...configMap.metadata, managedFields: [] } },
    ],
  ])('returns a digest that %s', (_, differs, change) => {
    const changed = transformObject({ ...configMap, ...change });
    expect(changed.digest !== transformObject(configMap).digest).toBe(differs);
  });

  test('keeps why a pod ended, and cuts a message that is too long', () => {
    const ended = { phase: 'Failed', reason: 'Evicted', message: 'x'.repeat(5_000) };
    const { status } = transformPod(pod('0', ended));
    expect(status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(status!.message).toHaveLength(1_024);
    expect(transformPod(pod('0', { phase: 'Running' })).status).not.toHaveProperty('phase');
  });

  test('keeps the place and the finalizers of pods that are being deleted only', () => {
    const finalizers = ['example.com/hold'];
    const deletion = { deletionTimestamp: '2026-01-01T00:10:00Z', deletionGracePeriodSeconds: 600 };
    const spec = { nodeName: 'w1', containers: [] };
    const deleted = transformPod({ ...pod('0', {}, { finalizers, ...deletion }), spec });
    expect(deleted.spec).toEqual({ nodeName: 'w1' });
    expect(deleted.metadata).toMatchObject({ finalizers, ...deletion });
    const running = transformPod({ ...pod('0', {}, { finalizers }), spec });
    expect(running).not.toHaveProperty('spec');
    expect(running.metadata).not.toHaveProperty('finalizers');
  });

  test('keeps the deletion timestamp', () => {
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    const deleted = { ...configMap, metadata: { ...configMap.metadata, deletionTimestamp } };
    expect(transformObject(deleted).metadata.deletionTimestamp).toBe(deletionTimestamp);
  });

  test('adds no label to an object without one', () => {
    const { labels, ...metadata } = configMap.metadata;
    expect(labels).toBeDefined();
    expect(transformObject({ ...configMap, metadata }).metadata.labels).toEqual({});
  });
});

describe('transformStatefulSet', () => {
  test('keeps the fields that a rollout reads', () => {
    const live = {
      ...statefulSet(3),
      spec: {
        replicas: 3,
        template: {},
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
      },
    };
    const { digest, ...rest } = transformStatefulSet(live);
    expect(digest).toBeDefined();
    expect(rest).toEqual({
      ...statefulSet(3),
      spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
    });
  });

  test('accepts a StatefulSet that has no status yet', () => {
    const { apiVersion, kind, metadata } = statefulSet(3);
    expect(transformStatefulSet({ apiVersion, kind, metadata, spec: {} })).toMatchObject({
      spec: {},
      status: {},
    });
  });
});

describe('transformNetwork', () => {
  test('keeps spec, status and identity, and removes managedFields', () => {
    const status = { observedGeneration: 2 };
    const metadata = { ...network().metadata, managedFields };
    const { metadata: transformed, ...rest } = transformNetwork({ ...network(), metadata, status });
    expect(rest).toMatchObject({ spec: network().spec, status });
    expect(transformed).toEqual({ ...network().metadata, labels: {} });
  });
});

describe('transformPod', () => {
  const statuses = {
    initContainerStatuses: [{ name: 'prepare', state: { running: {} } }],
    containerStatuses: [{ name: 'bitcoind', restartCount: 3, state: {}, lastState: {} }],
  };

  test('keeps the container states of a pod that is not ready', () => {
    const conditions = [{ type: 'Ready', status: 'False' }];
    expect(transformPod(pod('0', { ...statuses, conditions })).status).toEqual({
      conditions,
      initContainerStatuses: [{ name: 'prepare', state: { running: {} } }],
      containerStatuses: [{ name: 'bitcoind', state: {}, lastState: {} }],
    });
  });

  test('removes the container states of a ready pod', () => {
    const status = readyStatus('10.0.0.7');
    expect(transformPod(pod('0', { ...statuses, ...status })).status).toEqual(status);
  });

  test('keeps the conditions that the controller reads', () => {
    const conditions = [
      'Ready',
      'PodScheduled',
      'DisruptionTarget',
      'Initialized',
      'ContainersReady',
    ].map((type) => ({ type, status: 'False' }));
    expect(transformPod(pod('0', { conditions })).status!.conditions).toEqual(
      conditions.slice(0, 4),
    );
    const ready = conditions.map((condition) => ({ ...condition, status: 'True' }));
    expect(transformPod(pod('0', { conditions: ready })).status!.conditions).toEqual(
      ready.slice(0, 3),
    );
  });

  test('keeps the labels that name the network and the revision', () => {
    const labels = { ...pod('0').metadata.labels, app: 'alice' };
    expect(transformPod(pod('0', {}, { labels })).metadata.labels).toEqual(
      pod('0').metadata.labels,
    );
  });

  test('keeps why a pod ended, and cuts a message that is too long', () => {
    const ended = { phase: 'Failed', reason: 'Evicted', message: 'x'.repeat(5_000) };
    const { status } = transformPod(pod('0', ended));
    expect(status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
    expect(status!.message).toHaveLength(1_024);
    expect(transformPod(pod('0', { phase: 'Running' })).status).not.toHaveProperty('phase');
  });

  test('keeps the place and the finalizers of pods that are being deleted only', () => {
    const finalizers = ['example.com/hold'];
    const deletion = { deletionTimestamp: '2026-01-01T00:10:00Z', deletionGracePeriodSeconds: 600 };
    const spec = { nodeName: 'w1', containers: [] };
    const deleted = transformPod({ ...pod('0', {}, { finalizers, ...deletion }), spec });
    expect(deleted.spec).toEqual({ nodeName: 'w1' });
    expect(deleted.metadata).toMatchObject({ finalizers, ...deletion });
    const running = transformPod({ ...pod('0', {}, { finalizers }), spec });
    expect(running).not.toHaveProperty('spec');
    expect(running.metadata).not.toHaveProperty('finalizers');
  });

  test('keeps the deletion timestamp', () => {
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    expect(transformPod(pod('0', {}, { deletionTimestamp })).metadata).toMatchObject({
      deletionTimestamp,
    });
  });
});
