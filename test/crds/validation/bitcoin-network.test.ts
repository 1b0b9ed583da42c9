import { validateBitcoinNetwork } from '../../../crds/validation/index.ts';
import { invalidNetworks } from '../invalid-networks.ts';
import { networkResource } from '../network-resource.ts';
import { validNetworks } from '../valid-networks.ts';

describe('validateBitcoinNetwork', () => {
  test.each(validNetworks)('accepts $name', ({ resource }) => {
    expect(validateBitcoinNetwork(resource)).toEqual([]);
  });

  test.each(invalidNetworks)('rejects $name', ({ resource, field, message }) => {
    const errors = validateBitcoinNetwork(resource);
    expect(errors).toContainEqual({ field, message: expect.stringContaining(message) as string });
    expect(new Set(errors.map((error) => error.field))).toEqual(new Set([field]));
  });

  test.each([
    ['null', null, ''],
    ['a list', [], ''],
    ['another API version', { apiVersion: 'v1', kind: 'BitcoinNetwork' }, 'apiVersion'],
    ['another kind', { ...networkResource({ nodes: 1 }), kind: 'Bitcoin' }, 'kind'],
    ['a field beside spec', { ...networkResource({ nodes: 1 }), sepc: {} }, 'sepc'],
    [
      'a namespace with a dot',
      networkResource({ nodes: 1 }, { name: 'a', namespace: 'b.c' }),
      'metadata.namespace',
    ],
  ])('rejects %s', (_, resource, field) => {
    expect(validateBitcoinNetwork(resource).map((error) => error.field)).toEqual([field]);
  });

  test('reports every invalid field', () => {
    const resource = networkResource({ nodes: -1, secret: 'A', imagePullPolicy: 'x' });
    expect(validateBitcoinNetwork(resource).map((error) => error.field)).toEqual([
      'spec.nodes',
      'spec.secret',
      'spec.imagePullPolicy',
    ]);
  });

  test('ignores status, which the API server drops on creation', () => {
    expect(
      validateBitcoinNetwork({ ...networkResource({ nodes: 1 }), status: { readyNodes: -1 } }),
    ).toEqual([]);
  });

  test('does not modify the resource', () => {
    const resource = networkResource({ nodes: 1 });
    validateBitcoinNetwork(resource);
    expect(resource).toEqual(networkResource({ nodes: 1 }));
  });
});
