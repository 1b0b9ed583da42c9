import { synthesize } from '../../../../controller/bitcoin-network/objects/synthesize.ts';
import type { UnstructuredObject } from '../../../../kube/api/object.ts';
import { network, scope } from '../../builders.ts';

function objectsOf(...args: Parameters<typeof synthesize>): UnstructuredObject[] {
  const objects = synthesize(...args);
  if ('reason' in objects) throw new Error(objects.message);
  return objects;
}

describe('synthesize', () => {
  test('returns the objects in the order in which they are applied', () => {
    const objects = objectsOf(scope(), 3);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap alice-config',
      'Service alice-svc',
      'StatefulSet alice-sts',
    ]);
  });

  test('places the objects in the namespace of the network, which owns them', () => {
    for (const { metadata } of objectsOf(scope(), 3)) {
      expect(metadata.namespace).toBe('lab');
      expect(metadata.ownerReferences).toEqual([
        {
          apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
          kind: 'BitcoinNetwork',
          name: 'alice',
          uid: network().metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ]);
    }
  });

  test("admits the controller's credentials", () => {
    const current = scope();
    const [{ data }] = objectsOf(current, 3) as [UnstructuredObject];
    expect(data).toMatchObject({
      'bitcoin.conf': expect.stringContaining(
        `rpcauth=${current.credentials.user}:${current.credentials.salt}$`,
      ) as string,
    });
  });

  test('sets the update partition of the StatefulSet', () => {
    expect(objectsOf(scope(), 2).at(-1)).toMatchObject({
      spec: { updateStrategy: { rollingUpdate: { partition: 2 } } },
    });
  });

  test('returns equal objects for equal inputs', () => {
    expect(objectsOf(scope(), 3)).toEqual(objectsOf(scope(), 3));
  });

  test('reports a spec that admission should have rejected, with the field', () => {
    expect(synthesize(scope(network({ nodes: 65 })), 65)).toEqual({
      reason: 'InvalidSpec',
      message: expect.stringContaining('spec.nodes') as string,
      terminal: true,
    });
  });
});
