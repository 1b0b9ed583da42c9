import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { findDrift, needsApply } from '../../../kube/apply/drift.ts';
import type { ManagedFieldsEntry, UnstructuredObject } from '../../../kube/api/object.ts';
import type { ManagedFieldsCase } from './managed-fields-case.ts';

const recorded = readFileSync(new URL('managed-fields.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as ManagedFieldsCase);

const driftOf = (desired: UnstructuredObject, live: UnstructuredObject, manager: string) =>
  [...findDrift(desired, live, manager)].map(({ cause, path }) => `${cause} ${path}`).sort();

describe('findDrift, recorded on Kubernetes 1.34', () => {
  test.each(recorded.map((state) => [state.name, state] as const))(
    'lists the drift of %s',
    (_, state) => {
      expect(driftOf(state.desired, state.live, 'drift-test')).toEqual([...state.drift].sort());
    },
  );
});

const widget = (content: object, entries: readonly ManagedFieldsEntry[] = []) =>
  ({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'a', namespace: 'n', managedFields: entries },
    ...content,
  }) as UnstructuredObject;

const entry = (fieldsV1: object, more: object = {}) =>
  ({
    manager: 'me',
    operation: 'Apply',
    apiVersion: 'example.com/v1',
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...more,
  }) as ManagedFieldsEntry;

describe('needsApply', () => {
  const spec = { spec: { size: 1 } };
  const fields = { 'f:spec': { 'f:size': {} } };

  test('returns false for an object that this manager applied', () => {
    expect(needsApply(widget(spec), widget(spec, [entry(fields)]), 'me')).toBe(false);
  });

  test.each([
    ['no entry at all', []],
    ['the entry of another manager', [entry(fields, { manager: 'you' })]],
    ['an entry for updates', [entry(fields, { operation: 'Update' })]],
    ['the entry of a subresource', [entry(fields, { subresource: 'status' })]],
    ['an entry of another version', [entry(fields, { apiVersion: 'example.com/v2' })]],
  ])('returns true for %s in managedFields', (_, entries) => {
    expect(needsApply(widget(spec), widget(spec, entries), 'me')).toBe(true);
  });

  test.each([
    [
      'no drift of a set with a foreign value',
      ['a', 'b'],
      ['c', 'b', 'a'],
      { 'v:"a"': {}, 'v:"b"': {} },
      [],
    ],
    [
      'a left-over value of a set',
      ['a'],
      ['b', 'a'],
      { 'v:"a"': {}, 'v:"b"': {} },
      ['left-over spec"b"'],
    ],
    ['a missing value of a set', ['a', 'b'], ['a'], { 'v:"a"': {} }, ['missing spec"b"']],
    [
      'no drift of a keyed list of a custom resource',
      [{ id: 1, x: 'a' }],
      [
        { id: 2, x: 'b' },
        { id: 1, x: 'a', y: 'default' },
      ],
      { 'k:{"id":1}': { '.': {}, 'f:id': {}, 'f:x': {} } },
      [],
    ],
    [
      'no drift of an item whose key includes a default',
      [{ id: 1 }],
      [{ id: 1, zone: 'z' }],
      { 'k:{"id":1,"zone":"z"}': { '.': {}, 'f:id': {} } },
      [],
    ],
    ['a reordered atomic list', [1, 2], [2, 1], {}, ['different spec']],
    ['an atomic map with a foreign field', { a: 1 }, { a: 1, b: 2 }, {}, ['different spec']],
    ['a map that was a scalar', { a: 1 }, 5, {}, ['different spec']],
    ['a scalar that was a map', 5, { a: 1 }, { 'f:a': {} }, ['different spec']],
    ['no drift of an empty map that has a foreign field', {}, { a: 1 }, {}, []],
    ['a new empty map', { b: {} }, {}, { 'f:c': {} }, ['left-over spec.c', 'missing spec.b']],
    [
      'no drift of fields with empty values',
      { a: null, b: [], c: { d: null } },
      {},
      { 'f:e': {} },
      ['left-over spec.e'],
    ],
  ])('finds %s', (_, desired, live, owned, drift) => {
    const actual = driftOf(
      widget({ spec: desired }),
      widget({ spec: live }, [entry({ 'f:spec': owned })]),
      'me',
    );
    expect(actual).toEqual(drift);
  });
});

/** Leaves of generated trees of maps. Lists are atomic. */
const leaf = fc.oneof(
  fc.integer({ min: 1 }),
  fc.string({ minLength: 1 }),
  fc.constant(true),
  fc.array(fc.integer(), { minLength: 1, maxLength: 3 }),
);
const field = fc.stringMatching(/^[a-z]{1,3}$/);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.dictionary(field, fc.oneof({ depthSize: 'small' }, leaf, tie('tree')), {
    minKeys: 1,
    maxKeys: 4,
  }),
}));

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): object =>
  isTree(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [`f:${name}`, fieldsOf(inner)]),
      )
    : {};

/** Returns the path of each leaf. */
const leavesOf = (value: Tree, path: readonly string[] = []): (readonly string[])[] =>
  Object.entries(value).flatMap(([name, inner]) =>
    isTree(inner) ? leavesOf(inner, [...path, name]) : [[...path, name]],
  );

const parentOf = (root: Tree, path: readonly string[]) =>
  path.slice(0, -1).reduce((at, name) => at[name] as Tree, root);

describe('needsApply for generated objects', () => {
  const check = (
    edit: (state: { desired: Tree; live: Tree; fields: Tree }, path: readonly string[]) => void,
    expected: boolean,
  ) => {
    fc.assert(
      fc.property(tree, fc.nat(), (spec, pick) => {
        const state = {
          desired: structuredClone(spec),
          live: structuredClone(spec),
          fields: fieldsOf(spec) as Tree,
        };
        const leaves = leavesOf(spec);
        edit(state, leaves[pick % leaves.length]!);
        const live = widget({ spec: state.live }, [entry({ 'f:spec': state.fields })]);
        expect(needsApply(widget({ spec: state.desired }), live, 'me')).toBe(expected);
      }),
    );
  };

  test('ignores fields that other managers add', () => {
    check(({ live }, path) => (parentOf(live, path).added = { x: 1 }), false);
  });

  test('finds a field that is not owned, has another value, or is no longer desired', () => {
    const owned = (path: readonly string[]) => path.map((name) => `f:${name}`);
    check(({ fields }, path) => {
      // The API server removes a map of fields without entries.
      for (let length = path.length; length > 0; length--) {
        const at = owned(path.slice(0, length));
        Reflect.deleteProperty(parentOf(fields, at), at.at(-1)!);
        if (Object.keys(parentOf(fields, at)).length > 0) return;
      }
      fields['f:other'] = {};
    }, true);
    check(({ live }, path) => (parentOf(live, path)[path.at(-1)!] = 'another'), true);
    check(
      ({ desired }, path) => Reflect.deleteProperty(parentOf(desired, path), path.at(-1)!),
      true,
    );
  });
});
