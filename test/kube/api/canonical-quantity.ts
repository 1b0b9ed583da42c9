/**
 * The notation in which the API server stores a quantity, after the rules of resource.Quantity in
 * k8s.io/apimachinery: as few digits as possible without a fraction, with a suffix of the same kind
 * as it was written with.
 */

const pattern = /^([+-]?)(\d*)\.?(\d*)(.*)$/;
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const nano = 10n ** 9n;

/**
 * Returns the canonical notation of a valid quantity.
 *
 * @param isRoundedToMilli whether the field is a request or a limit of a container
 */
export function canonicalQuantity(text: string, isRoundedToMilli: boolean): string {
  const [, sign, whole, fraction, suffix] = pattern.exec(text)!;
  const binary = binarySuffixes.indexOf(suffix!);
  const isBinary = binary > 0;
  const isExponent = /^[eE][+-]?\d/.test(suffix!);
  const tens = isExponent
    ? Number(suffix!.slice(1))
    : isBinary
      ? 0
      : 3 * decimalSuffixes.indexOf(suffix!) - 9;
  // The value is digits / divisor.
  let digits = BigInt(`0${whole!}${fraction!}`) * (isBinary ? 1024n ** BigInt(binary) : 1n);
  digits *= 10n ** BigInt(Math.max(tens, 0)) * nano;
  const divisor = 10n ** BigInt(fraction!.length + Math.max(-tens, 0));
  let value = (digits + divisor - 1n) / divisor;
  const max = (2n ** 63n - 1n) * nano;
  if (isBinary && value > max) value = max;
  if (isRoundedToMilli) value = ((value + 999_999n) / 1_000_000n) * 1_000_000n;
  if (value === 0n) return '0';
  const prefix = sign === '-' ? '-' : '';
  if (isBinary && value >= 1024n * nano && value % nano === 0n) {
    return prefix + withBinarySuffix(value / nano);
  }
  return prefix + withDecimalSuffix(value, isExponent);
}

function withBinarySuffix(value: bigint): string {
  let [mantissa, index] = [value, 0];
  for (; mantissa % 1024n === 0n; index++) mantissa /= 1024n;
  return `${mantissa}${binarySuffixes[index]!}`;
}

function withDecimalSuffix(value: bigint, isExponent: boolean): string {
  let [mantissa, exponent] = [value, -9];
  for (; mantissa % 1000n === 0n; exponent += 3) mantissa /= 1000n;
  const suffix = decimalSuffixes[(exponent + 9) / 3];
  if (!isExponent && suffix !== undefined) return `${mantissa}${suffix}`;
  return exponent === 0 ? String(mantissa) : `${mantissa}e${exponent}`;
}
