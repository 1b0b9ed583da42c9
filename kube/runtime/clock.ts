/** Time as a dependency, so that tests can control it. */
export interface Clock {
  /** Milliseconds since the epoch. The time of a machine may be set back. */
  now(): number;
  /** Milliseconds of a monotonic clock, for durations. */
  elapsed(): number;
  /**
   * Calls `callback` once after `delay` milliseconds.
   *
   * @returns a function that cancels the timer; a late or second call has no effect
   */
  setTimer(callback: () => void, delay: number): () => void;
}

/** 24.8 days; setTimeout fires at once for longer delays. */
const maxTimeout = 2 ** 31 - 1;

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimer(callback, delay) {
    const timeout = setTimeout(callback, Math.min(delay, maxTimeout));
    return () => {
      clearTimeout(timeout);
    };
  },
};

/**
 * Resolves after a delay.
 *
 * @param delay milliseconds
 * @throws the signal's reason, as soon as it is aborted
 */
export function sleep(clock: Clock, delay: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = () => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.setTimer(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delay);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Returns milliseconds since the epoch as RFC 3339 with the six fractional digits of a MicroTime.
 */
export function formatMicroTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
