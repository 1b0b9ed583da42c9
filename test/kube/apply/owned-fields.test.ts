import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { digest, ownedPart } from '../../../kube/apply/owned-fields.ts';
import type { UnstructuredObject } from '../../../kube/api/object.ts';
import type { ManagedFieldsCase } from './managed-fields-case.ts';

const recorded = readFileSync(new URL('managed-fields.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as ManagedFieldsCase);

const isEqual = ({ desired, live }: ManagedFieldsCase) =>
  digest(ownedPart(live, 'drift-test')) === digest(desired);

describe('digest of ownedPart, recorded on Kubernetes 1.34', () => {
  const drifted = recorded.filter(({ drift }) => drift.length > 0);
  test.each(drifted.map((state) => [state.name, state] as const))(
    'differs from that of the desired object after drift: %s',
    (_, state) => {
      expect(isEqual(state)).toBe(false);
    },
  );

  const unchanged = recorded.filter(
    ({ name, drift }) => drift.length === 0 && name.includes(' of a network'),
  );
  test('is covered for each kind that a network consists of', () => {
    const kinds = new Set(unchanged.map(({ live }) => live.kind));
    expect(kinds).toEqual(new Set(['ConfigMap', 'Service', 'StatefulSet']));
  });
  test.each(unchanged.map((state) => [state.name, state] as const))(
    'equals that of the desired object: %s',
    (_, state) => {
      expect(isEqual(state)).toBe(true);
    },
  );
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

  test('returns undefined for a manager that has applied nothing', () => {
    expect(ownedPart(widget({ spec: 1 }), 'me')).toBeUndefined();
    expect(ownedPart(widget({ spec: 1 }, { 'f:spec': {} }), 'you')).toBeUndefined();
  });

  test.each<[string, unknown, object, unknown]>([
    ['a scalar', 5, {}, 5],
    ['an atomic list', [2, 1], {}, [2, 1]],
    ['a map without fields of other managers', { a: 1, b: 2 }, { 'f:a': {} }, { a: 1 }],
    ['an owned map without its fields', { a: 1 }, { '.': {} }, {}],
    ['an owned list without its items', [1], { '.': {} }, []],
    [
      'owned values of a set in their order',
      ['c', 'b', 'a'],
      { 'v:"a"': {}, 'v:"b"': {} },
      ['b', 'a'],
    ],
    [
      'owned items of a keyed list in their order',
      [
        { id: 3, x: 'c' },
        { id: 2, x: 'b', y: 'default' },
        { id: 1, x: 'a' },
      ],
      { 'k:{"id":1}': { 'f:id': {} }, 'k:{"id":2}': { '.': {}, 'f:id': {}, 'f:x': {} } },
      [{ id: 2, x: 'b' }, { id: 1 }],
    ],
    ['a scalar that replaced an owned map', 5, { 'f:a': {} }, 5],
    ['a removed field as undefined', {}, { 'f:a': {} }, { a: undefined }],
  ])('contains %s', (_, live, owned, part) => {
    const actual = ownedPart(widget({ spec: live, status: 1 }, { 'f:spec': owned }), 'me');
    expect(actual).toEqual({ ...identity, spec: part });
  });
});

describe('digest', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, inner]) => [name, shuffled(inner)]);
    return Object.fromEntries(members.reverse());
  };

  test('does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(digest(shuffled(value))).toBe(digest(value));
      }),
    );
  });

  test('differs for different values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (first, second) => {
        fc.pre(JSON.stringify(sorted(first)) !== JSON.stringify(sorted(second)));
        expect(digest(first)).not.toBe(digest(second));
      }),
    );
  });

  test('ignores members that JSON omits', () => {
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
