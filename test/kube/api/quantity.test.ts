import fc from 'fast-check';
import { parseQuantity, roundUpToMilli } from '../../../kube/api/quantity.ts';
import { canonicalQuantity } from './canonical-quantity.ts';

const nano = 10n ** 9n;

/** Any valid quantity. */
const quantity = fc
  .tuple(
    fc.constantFrom('', '+', '-'),
    fc.stringMatching(/^(\d{1,20}(\.\d{0,12})?|\.\d{1,12}|0|1000|1024)$/),
    fc.oneof(
      fc.constantFrom(...['', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'P', 'E']),
      fc.constantFrom('Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'),
      fc.stringMatching(/^[eE][+-]?\d{1,2}$/),
    ),
  )
  .map((parts) => parts.join(''));

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
    ['7Ei', 7n * 2n ** 60n],
    ['8Ei', 2n ** 63n - 1n],
    ['-99Ei', 1n - 2n ** 63n],
  ])('caps %s, which has a binary suffix, at a magnitude of 2^63-1', (text, value) => {
    expect(parseQuantity(text)).toBe(value * nano);
  });

  test.each([
    ['9223372036854775808', 2n ** 63n],
    ['99E', 99n * 10n ** 18n],
    ['-9E98', -9n * 10n ** 98n],
    ['1e102', 10n ** 102n],
  ])('does not cap %s, which has a decimal suffix', (text, value) => {
    expect(parseQuantity(text)).toBe(value * nano);
  });

  test('parses a quantity and its canonical notation to the same value', () => {
    fc.assert(
      fc.property(quantity, (text) => {
        expect(parseQuantity(canonicalQuantity(text, false))).toBe(parseQuantity(text));
      }),
    );
  });

  test.each([
    ...['', '.', 'Gi', '1gi', '1gb', '1KB', '1 Gi', '--1', '1e', '1e3Ki', '1e1000'],
    ...[null, true, {}],
  ])('returns undefined for %p', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });
});

describe('roundUpToMilli', () => {
  test.each([
    ['0.0001', '1m'],
    ['1.5m', '2m'],
    ['2m', '2m'],
    ['-0.1m', '-1m'],
    ['0', '0'],
  ])('rounds %s to %s', (text, expected) => {
    expect(roundUpToMilli(parseQuantity(text)!)).toBe(parseQuantity(expected));
  });

  test('agrees with the canonical notation of requests and limits', () => {
    fc.assert(
      fc.property(quantity, (text) => {
        const stored = parseQuantity(canonicalQuantity(text, true))!;
        expect(stored).toBe(roundUpToMilli(parseQuantity(text)!));
      }),
    );
  });
});

test.each([
  ['1.5', '1500m'],
  ['1.5Gi', '1536Mi'],
  ['1000m', '1'],
  ['0.5', '500m'],
  ['1e3', '1e3'],
  ['1000e99', '1e102'],
  ['1000E', '1e21'],
  ['99E', '99E'],
  ['-0', '0'],
  ['512Ki', '512Ki'],
  ['0.5Ki', '512'],
  ['8Ei', '9223372036854775807'],
  ['1.0001Ki', '1024102400u'],
])('the canonical notation of %s is %s', (text, expected) => {
  expect(canonicalQuantity(text, false)).toBe(expected);
});
