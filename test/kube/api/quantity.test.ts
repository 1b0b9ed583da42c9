import { parseQuantity } from '../../../kube/api/quantity.ts';

const nano = 10n ** 9n;

describe('parseQuantity', () => {
  test.each([
    ['1', nano],
    [2, 2n * nano],
    ['0', 0n],
    ['500m', 5n * 10n ** 8n],
    ['0.5', 5n * 10n ** 8n],
    ['.5', 5n * 10n ** 8n],
    ['.5k', 500n * nano],
    ['5.', 5n * nano],
    ['-1.', -nano],
    ['+1n', 1n],
    ['1500u', 1_500_000n],
    ['1.5m', 1_500_000n],
    ['1Ki', 1024n * nano],
    ['1Gi', 1_073_741_824n * nano],
    ['1.5Gi', 1_610_612_736n * nano],
    ['1k', 1000n * nano],
    ['1G', 10n ** 9n * nano],
    ['1E', 10n ** 18n * nano],
    ['1e3', 1000n * nano],
    ['1E3', 1000n * nano],
    ['1e18', 10n ** 18n * nano],
    ['2e-3', 2n * 10n ** 6n],
    ['12e-1', 1_200_000_000n],
  ])('parses %s to nano units', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  test.each([
    ['0.1n', 1n],
    ['0.0000000001', 1n],
    ['-0.1n', -1n],
  ])('rounds %s away from zero to a multiple of 10^-9', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });

  test.each([
    ['9223372036854775806', 2n ** 63n - 2n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['9223372036854775808', 2n ** 63n - 1n],
    ['9E98', 2n ** 63n - 1n],
    ['-9E98', 1n - 2n ** 63n],
  ])('caps %s at a magnitude of 2^63-1', (text, value) => {
    expect(parseQuantity(text)).toBe(value * nano);
  });

  test.each([
    ...['', '.', 'Gi', '1gi', '1gb', '1KB', '1 Gi', '--1', '1e', '1e3Ki', '1e100', '1e999'],
    ...[null, true, {}],
  ])('returns undefined for %p', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});
