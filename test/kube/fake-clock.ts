import type { Clock } from '../../kube/runtime/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that moves only when a test advances it. */
export class FakeClock implements Clock {
  #now: number;
  #step = 0;
  readonly #timers = new Set<Timer>();

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now + this.#step;
  }

  elapsed(): number {
    return this.#now;
  }

  /** Sets the time of day back or forth, as NTP does. */
  step(milliseconds: number): void {
    this.#step += milliseconds;
  }

  setTimer(callback: () => void, delay: number): () => void {
    const timer = { at: this.#now + delay, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Milliseconds until each pending timer fires, in ascending order. */
  get pending(): number[] {
    return [...this.#timers].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  /** Advances the clock, fires due timers in order, and runs the promise callbacks after each. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

/** Runs pending promise callbacks, and those that they schedule by setImmediate. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
