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
  test.each(recorded.map((state) => [state.name, state] as const))('%s', (_, state) => {
    expect(driftOf(state.desired, state.live, 'drift-test')).toEqual([...state.drift].sort());
  });
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

  test('does not hold for what this manager applied', () => {
    expect(needsApply(widget(spec), widget(spec, [entry(fields)]), 'me')).toBe(false);
  });

  test.each([
    ['no entry', []],
    ['the entry of another manager', [entry(fields, { manager: 'you' })]],
    ['an entry for updates', [entry(fields, { operation: 'Update' })]],
    ['the entry of a subresource', [entry(fields, { subresource: 'status' })]],
    ['an entry of another version', [entry(fields, { apiVersion: 'example.com/v2' })]],
  ])('holds with %s', (_, entries) => {
    expect(needsApply(widget(spec), widget(spec, entries), 'me')).toBe(true);
  });

  test.each([
    ['a set', ['a', 'b'], ['c', 'b', 'a'], { 'v:"a"': {}, 'v:"b"': {} }, []],
    ['a set, less', ['a'], ['b', 'a'], { 'v:"a"': {}, 'v:"b"': {} }, ['left-over spec"b"']],
    ['a set, more', ['a', 'b'], ['a'], { 'v:"a"': {} }, ['missing spec"b"']],
    [
      'a list with keys unknown to any table',
      [{ id: 1, x: 'a' }],
      [
        { id: 2, x: 'b' },
        { id: 1, x: 'a', y: 'default' },
      ],
      { 'k:{"id":1}': { '.': {}, 'f:id': {}, 'f:x': {} } },
      [],
    ],
    [
      'an element of which the order of keys and a default are the server’s',
      [{ id: 1 }],
      [{ id: 1, zone: 'z' }],
      { 'k:{"id":1,"zone":"z"}': { '.': {}, 'f:id': {} } },
      [],
    ],
    ['an atomic list', [1, 2], [2, 1], {}, ['different spec']],
    ['an atomic map with more', { a: 1 }, { a: 1, b: 2 }, {}, ['different spec']],
    ['a map where a scalar was', { a: 1 }, 5, {}, ['different spec']],
    ['a scalar where a map was', 5, { a: 1 }, { 'f:a': {} }, ['different spec']],
    ['presence, filled in', {}, { a: 1 }, {}, []],
    ['presence, new', { b: {} }, {}, { 'f:c': {} }, ['left-over spec.c', 'missing spec.b']],
    ['nothing', { a: null, b: [], c: { d: null } }, {}, { 'f:e': {} }, ['left-over spec.e']],
  ])('sees %s', (_, desired, live, owned, drift) => {
    const found = driftOf(
      widget({ spec: desired }),
      widget({ spec: live }, [entry({ 'f:spec': owned })]),
      'me',
    );
    expect(found).toEqual(drift);
  });
});

/** Trees of maps; lists are atomic, or sets by their name. */
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

/** Every leaf, by the maps that hold it and its name. */
const leavesOf = (value: Tree, path: readonly string[] = []): (readonly string[])[] =>
  Object.entries(value).flatMap(([name, inner]) =>
    isTree(inner) ? leavesOf(inner, [...path, name]) : [[...path, name]],
  );

const holderOf = (root: Tree, path: readonly string[]) =>
  path.slice(0, -1).reduce((at, name) => at[name] as Tree, root);

describe('needsApply, for any object', () => {
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

  test('what others add beside a field does not matter', () => {
    check(({ live }, path) => (holderOf(live, path).added = { x: 1 }), false);
  });

  test('a field that is not ours, or has another value, or is no longer desired', () => {
    const owned = (path: readonly string[]) => path.map((name) => `f:${name}`);
    check(({ fields }, path) => {
      // The API server keeps no map of which nothing is owned.
      for (let length = path.length; length > 0; length--) {
        const at = owned(path.slice(0, length));
        Reflect.deleteProperty(holderOf(fields, at), at.at(-1)!);
        if (Object.keys(holderOf(fields, at)).length > 0) return;
      }
      fields['f:other'] = {};
    }, true);
    check(({ live }, path) => (holderOf(live, path)[path.at(-1)!] = 'another'), true);
    check(
      ({ desired }, path) => Reflect.deleteProperty(holderOf(desired, path), path.at(-1)!),
      true,
    );
  });
});
