/** Exponential growth of the wait between attempts. */
export interface Backoff {
  /** Milliseconds after the first failure. */
  readonly initial: number;
  /** Milliseconds that no wait exceeds. */
  readonly max: number;
}

/**
 * The wait before the next attempt: doubled with every failure up to the maximum, then shortened
 * by a random part of up to a half, so that many clients of one failed server spread out.
 *
 * @param failures attempts that failed in a row, 1 or more
 * @param random gives numbers in [0, 1)
 * @returns milliseconds
 */
export function backoffDelay(backoff: Backoff, failures: number, random: () => number): number {
  const full = Math.min(backoff.max, backoff.initial * 2 ** Math.min(failures - 1, 52));
  return full * (1 - random() / 2);
}
