import { v1, type JsonSchema } from '../../../crds/index.ts';
import { fieldsOf, typeName } from '../../../scripts/reference/fields.ts';

const text: JsonSchema = { type: 'string' };

test('fieldsOf returns the fields of lists and maps with their paths', () => {
  const schema: JsonSchema = {
    type: 'object',
    required: ['list'],
    properties: {
      list: { type: 'array', items: { type: 'object', properties: { name: text } } },
      map: { type: 'object', additionalProperties: { type: 'array', items: text } },
    },
  };
  const fields = fieldsOf(schema);
  const paths = ['', 'list', 'list[]', 'list[].name', 'map', 'map[KEY]', 'map[KEY][]'];
  expect(fields.map(({ path }) => path)).toEqual(paths);
  expect(fields.filter(({ isRequired }) => isRequired).map(({ path }) => path)).toEqual(['list']);
});

test('fieldsOf attributes a rule to the field that its error names', () => {
  const rule = { rule: 'true', message: 'a' };
  const schema: JsonSchema = {
    type: 'object',
    properties: { a: { ...text, 'x-kubernetes-validations': [rule] }, b: text },
    'x-kubernetes-validations': [{ ...rule, message: 'b', fieldPath: '.b' }],
  };
  const messages = fieldsOf(schema).map(({ path, rules }) => [path, rules.map((r) => r.message)]);
  expect(messages).toEqual([
    ['', []],
    ['a', ['a']],
    ['b', ['b']],
  ]);
});

test('fieldsOf recognizes fields that are immutable by a rule of their own or of their parent', () => {
  const immutable = { rule: 'self == oldSelf', message: 'immutable' };
  const ofParent = { rule: 'has(self.b) == has(oldSelf.b) && self.b == oldSelf.b', message: 'b' };
  const schema: JsonSchema = {
    type: 'object',
    properties: { a: { ...text, 'x-kubernetes-validations': [immutable] }, b: text, c: text },
    'x-kubernetes-validations': [ofParent],
  };
  const found = fieldsOf(schema).filter(({ isImmutable }) => isImmutable);
  expect(found.map(({ path }) => path)).toEqual(['a', 'b']);
});

test('every rule about the old value forbids a change or accepts what is stored', () => {
  const transitions = fieldsOf(v1).flatMap(({ path, rules, isImmutable }) =>
    rules
      .filter((rule) => rule.rule.includes('oldSelf') && rule.optionalOldSelf !== true)
      .map(() => ({ path, isImmutable })),
  );
  expect(transitions.filter(({ isImmutable }) => !isImmutable)).toEqual([]);
});

test.each<[JsonSchema, string]>([
  [{ type: 'integer', format: 'int32' }, 'integer (int32)'],
  [{ type: 'array', items: text }, 'list of strings'],
  [{ type: 'array', items: { type: 'object', properties: {} } }, 'list of objects'],
  [
    {
      type: 'object',
      additionalProperties: { type: 'array', items: { 'x-kubernetes-int-or-string': true } },
    },
    'map of lists of integers or strings',
  ],
])('typeName describes %j', (schema, name) => {
  expect(typeName(schema)).toBe(name);
});
