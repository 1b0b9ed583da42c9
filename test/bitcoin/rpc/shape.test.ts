import { integerField, record, records, stringField } from '../../../bitcoin/rpc/shape.ts';

test('record returns a JSON object and rejects everything else', () => {
  expect(record({ a: 1 })).toEqual({ a: 1 });
  expect(() => record(null)).toThrow('expected an object, got null');
  expect(() => record([])).toThrow('expected an object, got a list');
  expect(() => record('text')).toThrow('expected an object, got string');
  expect(() => record(undefined)).toThrow('expected an object, got undefined');
});

test('records returns a list of JSON objects and rejects everything else', () => {
  expect(records([])).toEqual([]);
  expect(records([{ a: 1 }])).toEqual([{ a: 1 }]);
  expect(() => records(null)).toThrow('expected a list, got null');
  expect(() => records({})).toThrow('expected a list, got object');
  expect(() => records([{}, null])).toThrow('expected an object, got null');
});

test.each([
  [{ height: 1.5 }, 'number'],
  [{ height: '1' }, 'string'],
  [{ height: null }, 'null'],
  [{ height: [] }, 'a list'],
  [{}, 'undefined'],
  [{ height: 2 ** 53 }, 'number'],
])('integerField rejects %j', (object, got) => {
  expect(() => integerField(object, 'height')).toThrow(`expected an integer in height, got ${got}`);
});

test('integerField returns an integer, 0 and negative ones included', () => {
  expect(integerField({ height: 0 }, 'height')).toBe(0);
  expect(integerField({ height: -1 }, 'height')).toBe(-1);
});

test.each([
  [{ hash: 1 }, 'number'],
  [{ hash: null }, 'null'],
  [{}, 'undefined'],
])('stringField rejects %j', (object, got) => {
  expect(() => stringField(object, 'hash')).toThrow(`expected a string in hash, got ${got}`);
});

test('stringField returns text, even if it is empty', () => {
  expect(stringField({ hash: '' }, 'hash')).toBe('');
});
