import * as fc from 'fast-check';
import {
  driftOf,
  overrideOf,
  templateDigest,
} from '../../../../controller/bitcoin-network/objects/drift.ts';
import type { UnstructuredObject } from '../../../../kube/api/object.ts';
import { fieldsV1 } from '../../fields-v1.ts';

const desired: UnstructuredObject = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'alice-sts', namespace: 'lab' },
  spec: { replicas: 3, template: { image: 'a' } },
};
const fields = {
  'f:spec': { 'f:replicas': {}, 'f:template': { 'f:image': {} } },
};
const live = (spec: object, owned: object = fields) => {
  const entry = { manager: 'bitcoin-controller', operation: 'Apply', apiVersion: 'apps/v1' };
  const managedFields = [{ ...entry, fieldsV1: owned }];
  return {
    ...desired,
    metadata: { ...desired.metadata, managedFields },
    spec,
  } as UnstructuredObject;
};
const stored = live({ replicas: 3, template: { image: 'a', added: 1 } });
const mirrored = live({ replicas: 3, template: { image: 'b', added: 1 } });

describe('driftOf', () => {
  test('returns the fields that an apply would change', () => {
    expect(driftOf(desired, stored)).toEqual([]);
    expect(driftOf(desired, mirrored)).toEqual([
      { path: 'spec.template.image', cause: 'different' },
    ]);
  });

  test.each(['k:{', 'k:null', 'k:1'])('returns managedFields if they have the member %s', (key) => {
    const malformed = live({ replicas: [1] }, { 'f:spec': { 'f:replicas': { [key]: {} } } });
    const list = { ...desired, spec: { replicas: [1] } };
    expect(driftOf(list, malformed)).toEqual([
      { path: 'metadata.managedFields', cause: 'missing' },
    ]);
  });

  test('accepts any fieldsV1', () => {
    fc.assert(
      fc.property(fieldsV1, (owned) => {
        const items = [{ name: 'a' }, 'text', null];
        const object = { ...desired, items };
        driftOf(object, { ...live({ replicas: 3 }, owned), items } as UnstructuredObject);
        templateDigest(object, live({ replicas: 3 }, owned));
      }),
    );
  });
});

describe('overrideOf', () => {
  test('returns undefined for a response that is as it was sent', () => {
    expect(overrideOf(desired, stored)).toBeUndefined();
  });

  test('names the fields that differ in the response', () => {
    expect(overrideOf(desired, mirrored)).toMatchObject({ paths: ['spec.template.image'] });
  });

  test('has the same template until the desired or the applied template changes', () => {
    const { template } = overrideOf(desired, mirrored)!;
    const scaled = { ...desired, spec: { ...(desired.spec as object), replicas: 4 } };
    expect(templateDigest(scaled, mirrored)).toBe(template);
    expect(templateDigest(desired, live({ template: { image: 'b', added: 2 } }))).toBe(template);
    expect(templateDigest(desired, live({ template: { image: 'c' } }))).not.toBe(template);
    const changed = { ...desired, spec: { template: { image: 'd' } } };
    expect(templateDigest(changed, mirrored)).not.toBe(template);
  });
});
