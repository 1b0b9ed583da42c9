import { requiredInboundSlots } from '../../../bitcoin/peers/connection-slots.ts';
import { planNetwork } from '../../../bitcoin/plan/network-plan.ts';
import { validateBitcoinNetwork } from '../../../crds/validation/index.ts';
import { invalidNetworks } from '../invalid-networks.ts';
import { networkResource } from '../network-resource.ts';
import { newValidNetworks, validNetworks } from '../valid-networks.ts';

describe('validateBitcoinNetwork', () => {
  test.each([...validNetworks, ...newValidNetworks])('accepts $name', ({ resource }) => {
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

  test.each([
    { maxconnections: 8 },
    { nomaxconnections: 1 },
    { debug: 'net,validation' },
    { txindex: 'true' },
  ])('accepts %j in a stored network, because release 0.1.0 accepted it', (config) => {
    const resource = networkResource({ nodes: 3, config });
    expect(validateBitcoinNetwork(resource)).toHaveLength(1);
    expect(validateBitcoinNetwork(resource, { isStored: true })).toEqual([]);
  });

  test.each([{ port: 1 }, { debug: 'a#b' }])('rejects %j also in a stored network', (config) => {
    const resource = networkResource({ nodes: 3, config });
    expect(validateBitcoinNetwork(resource, { isStored: true })).toHaveLength(1);
  });

  test.each([
    [{ config: { txindex: true } }, 'boolean; write 1 for true and 0 for false'],
    [{ resources: { limits: { cpu: 0.5 } } }, 'number; write the fraction in quotes: "0.5"'],
  ])('names the fix of %j', (spec, message) => {
    const [error] = validateBitcoinNetwork(networkResource({ nodes: 3, ...spec }));
    expect(error!.message).toContain(message);
  });

  test('refuses maxconnections exactly where a full mesh needs more', () => {
    for (let nodes = 0; nodes <= 64; nodes++) {
      const required = 11 + requiredInboundSlots(planNetwork({ nodes }));
      const errors = (maxconnections: number) =>
        validateBitcoinNetwork(networkResource({ nodes, config: { maxconnections } }));
      expect(errors(required)).toEqual([]);
      expect(errors(required - 1)).toHaveLength(nodes > 1 ? 1 : 0);
    }
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
