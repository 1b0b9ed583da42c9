import { networkLabel } from '../../../../constructs/bitcoin-network/labels.ts';
import { pruneObjects } from '../../../../controller/bitcoin-network/objects/prune.ts';
import type { UnstructuredObject } from '../../../../kube/api/object.ts';
import { dependencies, network, scope, type TestDependencies } from '../../builders.ts';
import { conflict, notFound } from '../../memory-transport.ts';

const owner = {
  apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
  kind: 'BitcoinNetwork',
  name: 'alice',
  uid: network().metadata.uid!,
  controller: true,
};

/** A ConfigMap that the network owns, for a group that its spec no longer has. */
function configMap(
  name = 'alice-config-old',
  metadata: Partial<UnstructuredObject['metadata']> = {},
): UnstructuredObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: 'lab',
      uid: 'uid-1',
      labels: { [networkLabel]: 'alice' },
      ownerReferences: [owner],
      ...metadata,
    },
  };
}

describe('pruneObjects', () => {
  let context: TestDependencies;

  beforeEach(() => {
    context = dependencies();
  });

  const prune = (...desired: UnstructuredObject[]) =>
    pruneObjects(scope(network(), context), desired);

  test('deletes an object that the spec no longer needs, and records an event', async () => {
    context.server.put('configmaps/alice-config-old', configMap());
    await prune();
    expect(context.server.writes).toEqual(['delete configmaps/alice-config-old']);
    expect(context.server.objects.size).toBe(0);
    expect(context.recorder.events).toEqual([
      'Normal Deleted deleted ConfigMap alice-config-old, which the spec no longer needs',
    ]);
  });

  test('deletes only the object with the uid that it read, not a successor', async () => {
    context.server.put('configmaps/alice-config-old', configMap());
    const deletions: unknown[] = [];
    const client = {
      get: context.client.get.bind(context.client),
      patch: context.client.patch.bind(context.client),
      delete: (...deletion: unknown[]) => {
        deletions.push(deletion);
        return Promise.resolve();
      },
    };
    await pruneObjects(scope(network(), { ...context, client }), []);
    expect(deletions).toEqual([
      [
        expect.objectContaining({ kind: 'ConfigMap' }),
        expect.objectContaining({ name: 'alice-config-old', namespace: 'lab' }),
        expect.objectContaining({ preconditions: { uid: 'uid-1' } }),
      ],
    ]);
  });

  test('deletes optional objects of every kind, in the order of the kinds', async () => {
    for (const [kind, plural, name] of [
      ['StatefulSet', 'statefulsets', 'alice-sts-old'],
      ['Service', 'services', 'alice-node-old-0'],
      ['Service', 'services', 'alice-rpc'],
      ['ConfigMap', 'configmaps', 'alice-config-old'],
    ] as const) {
      context.server.put(`${plural}/${name}`, { ...configMap(name), kind, spec: {} });
    }
    await prune();
    expect(context.server.writes).toEqual([
      'delete configmaps/alice-config-old',
      'delete services/alice-node-old-0',
      'delete services/alice-rpc',
      'delete statefulsets/alice-sts-old',
    ]);
  });

  test('keeps an optional object that the spec needs', async () => {
    context.server.put('configmaps/alice-config-old', configMap());
    await prune(configMap());
    expect(context.server.writes).toEqual([]);
  });

  test.each<[string, UnstructuredObject]>([
    ['without owner references', configMap('alice-config-old', { ownerReferences: [] })],
    [
      'of another owner',
      configMap('alice-config-old', {
        ownerReferences: [{ ...owner, kind: 'Other', uid: 'another' }],
      }),
    ],
    [
      'of a deleted network with the same name',
      configMap('alice-config-old', { ownerReferences: [{ ...owner, uid: 'former' }] }),
    ],
    [
      'that the network owns but does not control',
      configMap('alice-config-old', { ownerReferences: [{ ...owner, controller: false }] }),
    ],
    [
      'that is already being deleted',
      configMap('alice-config-old', { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    ],
    ['with a name outside the naming scheme', configMap('alice-extra')],
    ['that every network has', configMap('alice-config')],
    [
      'with the label of another network',
      configMap('alice-config-old', { labels: { [networkLabel]: 'bob' } }),
    ],
    ['without the label', configMap('alice-config-old', { labels: {} })],
    ['with the name of another network', configMap('bob-config-old')],
  ])('keeps an object %s', async (_, object) => {
    context.server.put(`configmaps/${object.metadata.name}`, object);
    await prune();
    expect(context.server.writes).toEqual([]);
    expect(context.recorder.events).toEqual([]);
  });

  test('ignores an object that was deleted before the cache noticed', async () => {
    context.server.put('configmaps/alice-config-old', configMap());
    context.server.faults.set('get configmaps/alice-config-old', notFound);
    await prune();
    expect(context.server.writes).toEqual([]);
    expect(context.recorder.events).toEqual([]);
  });

  test('ignores an object that another client deletes at the same time', async () => {
    context.server.put('configmaps/alice-config-old', configMap());
    context.server.put('configmaps/alice-config-new', configMap('alice-config-new'));
    context.server.faults.set('delete configmaps/alice-config-old', notFound);
    await prune();
    expect(context.server.objects.has('configmaps/alice-config-new')).toBe(false);
    expect(context.recorder.events).toEqual([
      'Normal Deleted deleted ConfigMap alice-config-new, which the spec no longer needs',
    ]);
  });

  test('throws the conflict if the object was replaced after it was read', async () => {
    context.server.put('configmaps/alice-config-old', configMap());
    context.server.faults.set('delete configmaps/alice-config-old', conflict);
    await expect(prune()).rejects.toMatchObject({ code: 409 });
    expect(context.recorder.events).toEqual([]);
  });
});
