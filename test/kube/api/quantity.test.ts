import { parseQuantity } from '../../../kube/api/quantity.ts';

describe('parseQuantity', () => {
  test.each([
    ['1', 10n ** 9n],
    [2, 2n * 10n ** 9n],
    ['500m', 5n * 10n ** 8n],
    ['0.5', 5n * 10n ** 8n],
    ['.5', 5n * 10n ** 8n],
    ['-1.', -(10n ** 9n)],
    ['+1n', 1n],
    ['0.1n', 1n],
    ['1Ki', 1024n * 10n ** 9n],
    ['1.5Gi', 1_610_612_736n * 10n ** 9n],
    ['1k', 10n ** 12n],
    ['1e3', 10n ** 12n],
    ['1E3', 10n ** 12n],
    ['1E', 10n ** 27n],
    ['2e-3', 2n * 10n ** 6n],
  ])('parses %s to nano units', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  test.each(['', '1 Gi', 'Gi', '1gi', '1KB', '--1', '1e', '1e3Ki', '1e999', '.', null, true, {}])(
    'returns undefined for %p',
    (text) => {
      expect(parseQuantity(text)).toBeUndefined();
    },
  );
});
