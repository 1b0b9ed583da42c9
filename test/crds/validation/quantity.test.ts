import { Quantity } from '../../../crds/validation/quantity.ts';

describe('Quantity', () => {
  test.each([
    ['1', '1000m', 0n],
    ['1Gi', '1073741824', 0n],
    ['1Gi', '1G', 1n],
    ['0.5', '500m', 0n],
    ['.5k', '5e2', 0n],
    ['5.', '5', 0n],
    ['1500u', '1.5m', 0n],
    ['1E', '1e18', 0n],
    ['12e-1', '1.2', 0n],
    ['0.0000000001', '1n', 0n],
    ['0', '1n', -1n],
    ['999m', '1', -1n],
    ['9223372036854775807', '9E98', 0n],
    ['9223372036854775806', '9E98', -1n],
  ])('%s compared with %s is %d', (a, b, expected) => {
    expect(new Quantity(a).compareTo(new Quantity(b))).toBe(expected);
    expect(new Quantity(b).compareTo(new Quantity(a))).toBe(-expected);
  });

  test.each(['', '.', 'Mi', '1gb', '-1', '1e', '1e100', '1 Gi'])('refuses %j', (text) => {
    expect(() => new Quantity(text)).toThrow(`not a quantity: ${text}`);
  });
});
