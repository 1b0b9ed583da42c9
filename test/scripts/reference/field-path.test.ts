import { changeField } from '../../../scripts/reference/field-path.ts';

const resource = { a: { list: [{ b: 1 }, { b: 2 }], map: { x: ['y', 'z'] } } };

test.each([
  ['a.list[].b', { a: { ...resource.a, list: [{ b: 9 }, { b: 2 }] } }],
  ['a.list[]', { a: { ...resource.a, list: [9, { b: 2 }] } }],
  ['a.map[KEY]', { a: { ...resource.a, map: { x: 9 } } }],
  ['a.map[KEY][]', { a: { ...resource.a, map: { x: [9, 'z'] } } }],
])('changeField replaces %s', (path, expected) => {
  const before = structuredClone(resource);
  expect(changeField(resource, path, () => 9)).toEqual(expected);
  expect(resource).toEqual(before);
});

test.each([
  ['a.list[].b', { a: { ...resource.a, list: [{}, { b: 2 }] } }],
  ['a.list[]', { a: { ...resource.a, list: [{ b: 2 }] } }],
  ['a.map[KEY]', { a: { ...resource.a, map: {} } }],
  ['a.map', { a: { list: resource.a.list } }],
])('changeField removes %s', (path, expected) => {
  expect(changeField(resource, path, () => undefined)).toEqual(expected);
});

test.each(['a.c', 'c[]', 'a.map[KEY][].d'])('changeField refuses %s, which is absent', (path) => {
  expect(() => changeField(resource, path, () => 9)).toThrow(`no example of ${path}`);
});
