import { all, any, negate } from '../../../helm/template/condition.ts';

test.each([
  ['.Values.a', 'not .Values.a'],
  ['eq .Values.a "b"', 'ne .Values.a "b"'],
  ['ne .Values.a "b"', 'eq .Values.a "b"'],
  ['gt .Values.a 1', 'not (gt .Values.a 1)'],
])('negate turns %s into %s', (condition, negation) => {
  expect(negate(condition)).toBe(negation);
});

test('all and any combine distinct conditions', () => {
  expect(all(['.a', '.a'])).toBe('.a');
  expect(all(['.a', 'eq .b 1'])).toBe('and .a (eq .b 1)');
  expect(any(['.a', 'eq .b 1'])).toBe('or .a (eq .b 1)');
});
