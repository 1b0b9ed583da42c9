/** Suffix to base and exponent. */
const multipliers: Readonly<Record<string, readonly [base: bigint, exponent: number]>> = {
  n: [10n, -9],
  u: [10n, -6],
  m: [10n, -3],
  '': [10n, 0],
  k: [10n, 3],
  M: [10n, 6],
  G: [10n, 9],
  T: [10n, 12],
  P: [10n, 15],
  E: [10n, 18],
  Ki: [2n, 10],
  Mi: [2n, 20],
  Gi: [2n, 30],
  Ti: [2n, 40],
  Pi: [2n, 50],
  Ei: [2n, 60],
};

const billion = 1_000_000_000n;
/** Kubernetes cuts larger quantities down to this. */
const largest = (2n ** 63n - 1n) * billion;

/** A non-negative amount in the notation of Kubernetes, exact to a billionth; smaller parts round up. */
export class Quantity {
  readonly #billionths: bigint;

  /** @throws Error if the text is not a quantity */
  constructor(text: string) {
    const match = /^(\d*)(?:\.(\d*))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([-+]?\d{1,2}))?$/.exec(text);
    const [, whole = '', fraction = '', suffix = '', exponent = '0'] = match ?? [];
    if (whole + fraction === '') throw new Error(`not a quantity: ${text}`);
    const factors = [multipliers[suffix]!, [10n, Number(exponent) - fraction.length]] as const;
    let numerator = BigInt(whole + fraction) * billion;
    let denominator = 1n;
    for (const [base, power] of factors) {
      if (power >= 0) numerator *= base ** BigInt(power);
      else denominator *= base ** BigInt(-power);
    }
    const exact = (numerator + denominator - 1n) / denominator;
    this.#billionths = exact > largest ? largest : exact;
  }

  /** @returns -1, 0 or 1 as this amount is smaller than, equal to or larger than the other */
  compareTo(other: Quantity): bigint {
    if (this.#billionths === other.#billionths) return 0n;
    return this.#billionths < other.#billionths ? -1n : 1n;
  }
}
