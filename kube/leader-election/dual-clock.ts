import type { Clock } from '../runtime/clock.ts';

/** A point in time by both clocks of a {@link DualClock}. */
export interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

/**
 * Measures time by a monotonic and a wall clock. The monotonic clock may stop while the machine is
 * suspended, and the wall clock may be set back.
 */
export class DualClock {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Instant {
    return { monotonic: this.#clock.elapsed(), wall: this.#clock.now() };
  }

  /** Returns the milliseconds since an instant, by the clock on which more time has passed. */
  since(instant: Instant): number {
    const now = this.now();
    return Math.max(now.monotonic - instant.monotonic, now.wall - instant.wall);
  }
}
