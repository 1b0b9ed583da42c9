/** Time as a dependency, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls `callback` once after `delay` milliseconds.
   *
   * @returns a function that cancels the timer; to call it late or twice does nothing
   */
  setTimer(callback: () => void, delay: number): () => void;
}

/** setTimeout fires at once when given more; 24.8 days. */
const longestTimeout = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(callback, delay) {
    const timeout = setTimeout(callback, Math.min(delay, longestTimeout));
    return () => {
      clearTimeout(timeout);
    };
  },
};

/**
 * Waits.
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

/** @returns RFC 3339 with the six digits that a MicroTime needs */
export function formatMicroTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
