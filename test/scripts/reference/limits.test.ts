import { v1 } from '../../../crds/index.ts';
import { fieldsOf } from '../../../scripts/reference/fields.ts';
import { limitsOf } from '../../../scripts/reference/limits.ts';

test('limitsOf states each limit with the message for a value outside it', () => {
  const schema = { type: 'integer', minimum: 0, maximum: 64 } as const;
  expect(limitsOf({ path: 'spec.nodes', schema })).toEqual([
    { text: 'at least 0', violation: -1, message: 'should be greater than or equal to 0' },
    { text: 'at most 64', violation: 65, message: 'should be less than or equal to 64' },
  ]);
});

test('limitsOf leaves the value out of the message for a pattern', () => {
  const schema = { type: 'string', maxLength: 1, pattern: '^a$' } as const;
  expect(limitsOf({ path: 'spec.a', schema }).map(({ message }) => message)).toEqual([
    'Too long: may not be more than 1 bytes',
    "should match '^a$'",
  ]);
});

test('limitsOf describes the keys of a list', () => {
  const field = fieldsOf(v1).find(({ path }) => path === 'spec.imagePullSecrets')!;
  expect(limitsOf(field).map(({ text }) => text)).toEqual([
    'at most 16 items',
    'no two items with the same name',
  ]);
});

test('limitsOf throws if the schema accepts the value that should violate a limit', () => {
  const schema = { type: 'string', pattern: '^.*$' } as const;
  expect(() => limitsOf({ path: 'spec.a', schema })).toThrow('spec.a accepts " "');
});
