import { joinLimited, pluralize } from '../../../controller/bitcoin-network/message.ts';

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a, b, c'],
  [['a', 'b', 'c', 'd'], 'a, b, c and 1 more'],
  [['a', 'b', 'c', ...Array.from({ length: 7 }, () => 'x')], 'a, b, c and 7 more'],
])('joinLimited shortens %j to %j', (items, text) => {
  expect(joinLimited(items)).toBe(text);
});

test('joinLimited separates items that contain commas by another separator', () => {
  expect(joinLimited(['a, b', 'c'], '; ')).toBe('a, b; c');
});

test.each([
  [0, '0 nodes'],
  [1, '1 node'],
  [2, '2 nodes'],
])('pluralize(%i) returns %j', (count, text) => {
  expect(pluralize(count, 'node')).toBe(text);
});
