const pattern = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([eE][+-]?\d{1,3})|([KMGTPE]i|[numkMGTPE]))?$/;

const powersOfTwo: Readonly<Record<string, number>> = {
  Ki: 10,
  Mi: 20,
  Gi: 30,
  Ti: 40,
  Pi: 50,
  Ei: 60,
};
const powersOfTen: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** Number of decimal places; the API server rounds smaller parts up. */
const scale = 9;
/** The largest magnitude of a quantity with a binary suffix; the API server caps larger ones. */
const maxBinary = (2n ** 63n - 1n) * 10n ** BigInt(scale);

/**
 * Parses a resource quantity such as `500m`, `1Gi`, `1e3` or 2. An exponent has at most three
 * digits.
 *
 * @returns the value in units of 10^-9, or undefined if the argument is not a quantity
 */
export function parseQuantity(quantity: unknown): bigint | undefined {
  if (typeof quantity !== 'string' && typeof quantity !== 'number') return undefined;
  const match = pattern.exec(String(quantity));
  if (match === null) return undefined;
  const [, sign, number, exponent, suffix = ''] = match;
  const [whole, fraction = ''] = number!.split('.');
  const tens = exponent ? Number(exponent.slice(1)) : (powersOfTen[suffix] ?? 0);
  const digits = BigInt(whole! + fraction) << BigInt(powersOfTwo[suffix] ?? 0);
  const shift = tens - fraction.length + scale;
  const exact =
    shift >= 0 ? digits * 10n ** BigInt(shift) : divideUp(digits, 10n ** BigInt(-shift));
  const value = suffix in powersOfTwo && exact > maxBinary ? maxBinary : exact;
  return sign === '-' ? -value : value;
}

/**
 * Rounds a quantity away from zero to a multiple of a thousandth, as the API server does in the
 * requests and limits of containers.
 *
 * @param quantity in units of 10^-9
 */
export function roundUpToMilli(quantity: bigint): bigint {
  const unit = 10n ** 6n;
  const magnitude = quantity < 0n ? -quantity : quantity;
  const rounded = divideUp(magnitude, unit) * unit;
  return quantity < 0n ? -rounded : rounded;
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
