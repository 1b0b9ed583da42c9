import type { Clock } from '../runtime/clock.ts';

/** The options of {@link underDeadline}. */
export interface DeadlineOptions {
  readonly clock: Clock;
  /** Milliseconds within which the work must settle. */
  readonly timeout: number;
  /** Ends the work early. */
  readonly signal: AbortSignal | undefined;
  /** Aborted when the work ends early. */
  readonly stop: AbortController;
  /** Returns the error of a work that does not settle in time. */
  readonly timeoutError: () => Error;
}

/**
 * Runs work that settles in time, whether or not it reacts to the abort of `stop`: a credential
 * plugin may hang, and a proxy client has no deadline of its own.
 *
 * @throws the signal's reason; the timeout error; the error of the work
 */
export async function underDeadline<T>(
  { clock, timeout, signal, stop, timeoutError }: DeadlineOptions,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  stop.signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onStop = () => {
    reject(stop.signal.reason as Error);
  };
  const onAbort = () => {
    stop.abort(signal?.reason);
  };
  stop.signal.addEventListener('abort', onStop, { once: true });
  signal?.addEventListener('abort', onAbort, { once: true });
  const cancelTimer = clock.setTimer(() => {
    stop.abort(timeoutError());
  }, timeout);
  try {
    work().then(resolve, reject);
    return await promise;
  } finally {
    cancelTimer();
    stop.signal.removeEventListener('abort', onStop);
    signal?.removeEventListener('abort', onAbort);
  }
}
