/** Exponential backoff between attempts. */
export interface Backoff {
  /** Delay in milliseconds after the first failure. */
  readonly initial: number;
  /** Maximum delay in milliseconds. */
  readonly max: number;
}

/**
 * Returns the delay before the next attempt. It doubles with every failure up to the maximum, and
 * is then reduced by a random share of up to a half, so that the clients of a failed server spread
 * out.
 *
 * @param failures consecutive failed attempts, 1 or more
 * @param random returns numbers in [0, 1)
 * @returns milliseconds
 */
export function backoffDelay(backoff: Backoff, failures: number, random: () => number): number {
  const full = Math.min(backoff.max, backoff.initial * 2 ** Math.min(failures - 1, 52));
  return full * (1 - random() / 2);
}
