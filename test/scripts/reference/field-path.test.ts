import { withoutField, withValue } from '../../../scripts/reference/field-path.ts';

const resource = { a: { list: [{ b: 1 }, { b: 2 }], map: { x: ['y', 'z'] } } };

test.each([
  ['a.list[].b', { a: { ...resource.a, list: [{ b: 9 }, { b: 2 }] } }],
  ['a.list[]', { a: { ...resource.a, list: [9, { b: 2 }] } }],
  ['a.map[KEY]', { a: { ...resource.a, map: { x: 9 } } }],
  ['a.map[KEY][]', { a: { ...resource.a, map: { x: [9, 'z'] } } }],
])('withValue replaces %s', (path, expected) => {
  const before = structuredClone(resource);
  expect(withValue(resource, path, 9)).toEqual(expected);
  expect(resource).toEqual(before);
});

test.each([
  ['a.list[].b', { a: { ...resource.a, list: [{}, { b: 2 }] } }],
  ['a.list[]', { a: { ...resource.a, list: [{ b: 2 }] } }],
  ['a.map[KEY]', { a: { ...resource.a, map: {} } }],
  ['a.map', { a: { list: resource.a.list } }],
])('withoutField removes %s', (path, expected) => {
  expect(withoutField(resource, path)).toEqual(expected);
});

test.each(['a.c', 'c[]', 'a.map[KEY][].d'])('withValue refuses %s, which is absent', (path) => {
  expect(() => withValue(resource, path, 9)).toThrow(`no example of ${path}`);
});
