import type { Clock } from '../runtime/clock.ts';

/** At most one timer per key. */
export class KeyTimers {
  readonly #clock: Clock;
  readonly #callback: (key: string) => void;
  readonly #timers = new Map<string, { readonly at: number; readonly cancel: () => void }>();

  /** @param callback called with the key of a timer that expires */
  constructor(clock: Clock, callback: (key: string) => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  /** Sets or replaces the timer of a key. @param delay milliseconds */
  set(key: string, delay: number): void {
    this.cancel(key);
    const cancel = this.#clock.setTimer(() => {
      this.#timers.delete(key);
      this.#callback(key);
    }, delay);
    this.#timers.set(key, { at: this.#clock.elapsed() + delay, cancel });
  }

  /** Sets the timer of a key unless an earlier one is set. @param delay milliseconds */
  setEarlier(key: string, delay: number): void {
    const pending = this.#timers.get(key);
    if (pending === undefined || pending.at > this.#clock.elapsed() + delay) this.set(key, delay);
  }

  cancel(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  cancelAll(): void {
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
  }
}
