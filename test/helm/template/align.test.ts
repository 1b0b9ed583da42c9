import fc from 'fast-check';
import { align } from '../../../helm/template/align.ts';

const same = (left: string, right: string) => left === right;
const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });

test('align keeps the order of both lists, and pairs equal elements only', () => {
  fc.assert(
    fc.property(letters, letters, (left, right) => {
      const pairs = align(left, right, same);
      expect(pairs.flatMap(([value]) => value ?? [])).toEqual(left);
      expect(pairs.flatMap(([, value]) => value ?? [])).toEqual(right);
      for (const [first, second] of pairs) {
        if (first !== undefined && second !== undefined) expect(first).toBe(second);
      }
    }),
  );
});

test('align pairs as many elements as possible', () => {
  const pairs = align(['x', 'a', 'b', 'y'], ['a', 'b', 'z'], same);
  expect(pairs.filter(([left, right]) => left === right).length).toBe(2);
});
