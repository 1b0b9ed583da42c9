import type { TransportResponse } from './http.ts';

/** Maximum number of retries that the server requests with Retry-After, as in client-go. */
const maxRetries = 10;

/**
 * Milliseconds that one request waits in total. An API server that limits its load asks for 1 s at
 * first, for more while the overload lasts, and for 5 s while it shuts down. If a server asks for
 * more, for example a proxy with `Retry-After: 3600`, the request fails at once: the caller has a
 * backoff of its own, which does not occupy a worker.
 */
const maxTotalDelay = 10_000;

/** Counts the retries of one request that the server asks for. */
export class RetryBudget {
  #retries = 0;
  #delay = 0;

  /**
   * Returns the milliseconds to wait before the request is sent again; undefined if the response is
   * final.
   */
  next(response: Pick<TransportResponse, 'status' | 'headers'>): number | undefined {
    const delay = retryAfterOf(response);
    if (delay === undefined || this.#retries >= maxRetries) return undefined;
    if (this.#delay + delay > maxTotalDelay) return undefined;
    this.#retries++;
    this.#delay += delay;
    return delay;
  }
}

/** Returns the milliseconds after which the server asks for a retry; undefined for no retry. */
function retryAfterOf({
  status,
  headers,
}: Pick<TransportResponse, 'status' | 'headers'>): number | undefined {
  if (status !== 429 && status < 500) return undefined;
  const header = headers['retry-after'];
  const seconds = typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : NaN;
  if (Number.isFinite(seconds)) return seconds * 1000;
  return status === 429 ? 1000 : undefined;
}
