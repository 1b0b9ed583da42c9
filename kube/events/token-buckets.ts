import type { Clock } from '../runtime/clock.ts';

/** The options of {@link TokenBuckets}. */
export interface TokenBucketsOptions {
  /** Tokens in a full bucket. */
  readonly burst: number;
  /** Milliseconds in which a bucket gains one token. */
  readonly interval: number;
  /** Maximum number of buckets; the least recently used one is dropped, and thereby full again. */
  readonly capacity: number;
  readonly clock: Clock;
}

/** One token bucket per key. */
export class TokenBuckets {
  readonly #options: TokenBucketsOptions;
  readonly #buckets = new Map<string, { readonly tokens: number; readonly at: number }>();

  constructor(options: TokenBucketsOptions) {
    this.#options = options;
  }

  /** Takes a token. @returns false if the bucket is empty */
  take(key: string): boolean {
    const { burst, interval, capacity, clock } = this.#options;
    const now = clock.elapsed();
    const { tokens, at } = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const filled = Math.min(burst, tokens + Math.max(0, now - at) / interval);
    const isTaken = filled >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: isTaken ? filled - 1 : filled, at: now });
    if (this.#buckets.size > capacity) {
      const [oldest] = this.#buckets.keys();
      this.#buckets.delete(oldest!);
    }
    return isTaken;
  }
}
