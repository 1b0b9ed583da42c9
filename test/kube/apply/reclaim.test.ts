import fc from 'fast-check';
import type { ManagedFieldsEntry, UnstructuredObject } from '../../../kube/api/object.ts';
import { hasApplied, reclaimedFields } from '../../../kube/apply/reclaim.ts';

const entry = (fieldsV1: object, more: Partial<ManagedFieldsEntry> = {}) =>
  ({
    manager: 'me',
    operation: 'Apply',
    apiVersion: 'v1',
    fieldsV1,
    ...more,
  }) as ManagedFieldsEntry;
const widget = (...managedFields: ManagedFieldsEntry[]): UnstructuredObject => ({
  apiVersion: 'v1',
  kind: 'Widget',
  metadata: { name: 'a', namespace: 'n', managedFields },
});
const before = (fieldsV1: object) =>
  entry(fieldsV1, { manager: 'before-first-apply', operation: 'Update' });

const applied = entry({ 'f:spec': { 'f:a': {} } });

describe('reclaimedFields', () => {
  test.each<[string, UnstructuredObject]>([
    ['without managedFields', widget()],
    ['with its Apply entry only', widget(applied)],
    ['without an Apply entry', widget(before({ 'f:spec': { 'f:b': {} } }))],
    ['with an entry of another manager', widget(applied, entry({ 'f:b': {} }, { manager: 'you' }))],
    [
      'with an entry of another version',
      widget(applied, entry({ 'f:b': {} }, { operation: 'Update', apiVersion: 'v2' })),
    ],
    [
      'with an entry of a subresource',
      widget(applied, entry({ 'f:b': {} }, { operation: 'Update', subresource: 'status' })),
    ],
    [
      'whose other fields may be of any client',
      widget(
        applied,
        before({
          'f:metadata': { 'f:labels': { '.': {}, 'f:team': {} }, 'f:finalizers': { 'v:"x"': {} } },
          'f:status': { 'f:phase': {} },
        }),
      ),
    ],
  ])('returns undefined for an object %s', (_, live) => {
    expect(reclaimedFields(live, 'me')).toBeUndefined();
  });

  test('leaves the fields of further parts that other clients share', () => {
    const data = { 'f:data': { 'f:own': {}, 'f:theirs': {} } };
    const live = widget(entry({ 'f:data': { 'f:own': {} } }), before(data));
    const isShared = (part: string) => part === 'f:theirs';
    expect(reclaimedFields(live, 'me', isShared)).toEqual([
      entry({ 'f:data': { 'f:own': {} } }),
      before({ 'f:data': { 'f:theirs': {} } }),
    ]);
  });

  test('adds the fields of an entry for updates', () => {
    const update = entry(
      {
        'f:spec': { 'f:a': {}, 'f:b': { 'f:c': {} } },
        'f:metadata': { 'f:labels': { 'f:x': {} } },
      },
      { operation: 'Update' },
    );
    expect(reclaimedFields(widget(update, applied), 'me')).toEqual([
      entry({
        'f:metadata': { 'f:labels': { 'f:x': {} } },
        'f:spec': { 'f:a': {}, 'f:b': { 'f:c': {} } },
      }),
    ]);
  });

  test('adds the fields of before-first-apply, which retains those that may be of any client', () => {
    const own = entry({
      'f:metadata': { 'f:labels': { 'f:app': {} } },
      'f:spec': { 'f:a': {}, 'f:template': { 'f:annotations': { 'f:checksum': {} } } },
    });
    const first = before({
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {}, 'f:team': {} } },
      'f:spec': {
        'f:a': {},
        'f:limits': { '.': {}, 'f:cpu': {} },
        'f:list': { 'k:{"name":"x"}': { '.': {}, 'f:name': {} } },
        'f:template': { 'f:annotations': { '.': {}, 'f:checksum': {}, 'f:restartedAt': {} } },
      },
      'f:status': { 'f:phase': {} },
    });
    expect(reclaimedFields(widget(own, first), 'me')).toEqual([
      entry({
        'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
        'f:spec': {
          'f:a': {},
          'f:limits': { '.': {}, 'f:cpu': {} },
          'f:list': { 'k:{"name":"x"}': { '.': {}, 'f:name': {} } },
          'f:template': { 'f:annotations': { '.': {}, 'f:checksum': {} } },
        },
      }),
      before({
        'f:metadata': { 'f:labels': { '.': {}, 'f:team': {} } },
        'f:spec': { 'f:template': { 'f:annotations': { '.': {}, 'f:restartedAt': {} } } },
        'f:status': { 'f:phase': {} },
      }),
    ]);
  });

  test('finds nothing more to reclaim in its result', () => {
    const name = fc.constantFrom('f:a', 'f:labels', 'f:metadata', 'f:status', 'k:{"a":1}', '.');
    const { fields } = fc.letrec((tie) => ({
      fields: fc.dictionary(name, fc.oneof({ maxDepth: 4 }, fc.constant({}), tie('fields'))),
    }));
    fc.assert(
      fc.property(fields, fields, (own, first) => {
        const managedFields = reclaimedFields(widget(entry(own), before(first)), 'me');
        expect(reclaimedFields(widget(...(managedFields ?? [])), 'me')).toBeUndefined();
      }),
    );
  });

  test('accepts any JSON in managedFields', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (own, first) => {
        reclaimedFields(widget(entry(own as object), before(first as object)), 'me');
      }),
    );
  });
});

test.each<[boolean, UnstructuredObject]>([
  [true, widget(entry({}, { manager: 'you' }), applied)],
  [false, widget()],
  [false, widget(entry({}, { operation: 'Update' }))],
  [false, widget(entry({}, { subresource: 'status' }))],
])('hasApplied returns %p', (expected, live) => {
  expect(hasApplied(live, 'me')).toBe(expected);
});
