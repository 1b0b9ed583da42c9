import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { digest, ownedPart } from '../../../kube/apply/owned-fields.ts';
import type { UnstructuredObject } from '../../../kube/api/object.ts';
import type { ManagedFieldsCase } from './managed-fields-case.ts';

const recorded = readFileSync(new URL('managed-fields.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as ManagedFieldsCase);

const isSame = ({ desired, live }: ManagedFieldsCase) =>
  digest(ownedPart(live, 'drift-test')) === digest(desired);

describe('the digest of what a manager owns, recorded on Kubernetes 1.34', () => {
  const drifted = recorded.filter(({ drift }) => drift.length > 0);
  test.each(drifted.map((state) => [state.name, state] as const))('differs: %s', (_, state) => {
    expect(isSame(state)).toBe(false);
  });

  const ours = recorded.filter(
    ({ name, drift }) => drift.length === 0 && name.includes(' of a network'),
  );
  test('there are cases of each kind that a network is made of', () => {
    const kinds = new Set(ours.map(({ live }) => live.kind));
    expect(kinds).toEqual(new Set(['ConfigMap', 'Service', 'StatefulSet']));
  });
  test.each(ours.map((state) => [state.name, state] as const))('is the same: %s', (_, state) => {
    expect(isSame(state)).toBe(true);
  });
});

const widget = (content: object, fieldsV1?: object) =>
  ({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: {
      name: 'a',
      namespace: 'n',
      uid: 'u',
      managedFields: fieldsV1 && [
        { manager: 'me', operation: 'Apply', apiVersion: 'example.com/v1', fieldsV1 },
      ],
    },
    ...content,
  }) as UnstructuredObject;

describe('ownedPart', () => {
  const identity = {
    ...{ apiVersion: 'example.com/v1', kind: 'Widget' },
    metadata: { name: 'a', namespace: 'n' },
  };

  test('is nothing for who applied nothing', () => {
    expect(ownedPart(widget({ spec: 1 }), 'me')).toBeUndefined();
    expect(ownedPart(widget({ spec: 1 }, { 'f:spec': {} }), 'you')).toBeUndefined();
  });

  test.each<[string, unknown, object, unknown]>([
    ['a scalar', 5, {}, 5],
    ['an atomic list', [2, 1], {}, [2, 1]],
    ['a map without what others added', { a: 1, b: 2 }, { 'f:a': {} }, { a: 1 }],
    ['the presence of a map', { a: 1 }, { '.': {} }, {}],
    ['the presence of a list', [1], { '.': {} }, []],
    ['a set, in its order', ['c', 'b', 'a'], { 'v:"a"': {}, 'v:"b"': {} }, ['b', 'a']],
    [
      'elements by their keys, in their order',
      [
        { id: 3, x: 'c' },
        { id: 2, x: 'b', y: 'default' },
        { id: 1, x: 'a' },
      ],
      { 'k:{"id":1}': { 'f:id': {} }, 'k:{"id":2}': { '.': {}, 'f:id': {}, 'f:x': {} } },
      [{ id: 2, x: 'b' }, { id: 1 }],
    ],
    ['what became of a map', 5, { 'f:a': {} }, 5],
    ['a field that is gone', {}, { 'f:a': {} }, { a: undefined }],
  ])('holds %s', (_, live, owned, part) => {
    const found = ownedPart(widget({ spec: live, status: 1 }, { 'f:spec': owned }), 'me');
    expect(found).toEqual({ ...identity, spec: part });
  });
});

describe('digest', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, inner]) => [name, shuffled(inner)]);
    return Object.fromEntries(members.reverse());
  };

  test('is that of the value, in whatever order its members are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(digest(shuffled(value))).toBe(digest(value));
      }),
    );
  });

  test('is another for another value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        fc.pre(JSON.stringify(sorted(one)) !== JSON.stringify(sorted(other)));
        expect(digest(one)).not.toBe(digest(other));
      }),
    );
  });

  test('leaves out what JSON leaves out', () => {
    expect(digest({ a: undefined, b: 1 })).toBe(digest({ b: 1 }));
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([name, inner]) => [name, sorted(inner)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
