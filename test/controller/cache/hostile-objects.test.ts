import * as fc from 'fast-check';
import {
  transformNetwork,
  transformObject,
  transformStatefulSet,
} from '../../../controller/cache/transforms.ts';
import { fieldsV1 as fields } from '../fields-v1.ts';
import type { KubeObject } from '../../../kube/api/object.ts';

/*
 * Every client that may create ConfigMaps in any namespace can send objects with arbitrary
 * managedFields to the controller's watches. A transform that throws or takes seconds would stop
 * the watch of all networks.
 */

/** A ConfigMap whose managedFields entry of the controller has these fields. */
function configMap(fieldsV1: unknown, rest: object = {}): KubeObject {
  const entry = { manager: 'bitcoin-controller', operation: 'Apply', apiVersion: 'v1', fieldsV1 };
  const labels = { 'bitcoincontroller.christianb93.github.com/network': 'alice' };
  const managedFields = [entry] as KubeObject['metadata']['managedFields'] & object;
  const metadata = { name: 'alice-config', namespace: 'lab', labels, managedFields };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, ...rest };
}

test('transforms objects with any JSON in managedFields', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (fields, data) => {
      const { digest } = transformObject(configMap(fields, { data }));
      expect(typeof digest).toBe('string');
    }),
  );
});

test('transforms objects with any JSON in place of managedFields', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (managedFields) => {
      const { metadata, ...object } = configMap({});
      const live = { ...object, metadata: { ...metadata, managedFields } } as KubeObject;
      expect(typeof transformObject(live).digest).toBe('string');
      const set = transformStatefulSet({ ...live, spec: { replicas: 1 } });
      expect(set).toMatchObject({ spec: { replicas: 1 }, digest: expect.any(String) as string });
    }),
  );
});

test('transforms objects with any members of fieldsV1', () => {
  fc.assert(
    fc.property(fields, (fieldsV1) => {
      const items = [{ name: 'a' }, { name: 'b', port: 1 }, 'text', null, 3];
      const object = configMap(fieldsV1, { data: { a: '1' }, items });
      expect(typeof transformObject(object).digest).toBe('string');
    }),
  );
});

test('transforms an object whose fieldsV1 is nested 10,000 levels deep', () => {
  let fields: object = {};
  let data: object = {};
  for (let level = 0; level < 10_000; level++) [fields, data] = [{ 'f:a': fields }, { a: data }];
  expect(transformObject(configMap({ 'f:data': fields }, { data })).digest).toBe('');
});

test('transforms an object with 20,000 keyed entries in linear time', () => {
  const time = (size: number) => {
    const numbers = Array.from({ length: size }, (_, i) => i);
    const fields = Object.fromEntries(numbers.map((port) => [`k:{"port":${port}}`, { '.': {} }]));
    const object = configMap({ 'f:items': fields }, { items: numbers.map((port) => ({ port })) });
    const start = performance.now();
    transformObject(object);
    return performance.now() - start;
  };
  time(2_000);
  const small = Math.min(time(2_000), time(2_000), time(2_000));
  const large = Math.min(time(20_000), time(20_000), time(20_000));
  // Ten times the entries take about ten times as long; a quadratic algorithm takes a hundred
  // times.
  expect(large / small).toBeLessThan(40);
});

test('returns no digest for an object whose name is not one of the network', () => {
  const object = configMap({ 'f:data': {} }, { data: {} });
  expect(transformObject(object, true).digest).not.toBe('');
  expect(transformObject(object, false).digest).toBe('');
});

test('keeps only the annotations of a network that the controller reads', () => {
  const annotations = {
    'bitcoincontroller.christianb93.github.com/adopt': 'true',
    note: 'x'.repeat(250_000),
  };
  const network = {
    apiVersion: 'bitcoincontroller.christianb93.github.com/v1' as const,
    kind: 'BitcoinNetwork' as const,
    metadata: { name: 'alice', namespace: 'lab', annotations },
    spec: { nodes: 1 },
  };
  expect(transformNetwork(network).metadata.annotations).toEqual({
    'bitcoincontroller.christianb93.github.com/adopt': 'true',
  });
});
