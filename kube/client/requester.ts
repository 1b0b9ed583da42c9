import { sleep, systemClock, type Clock } from '../runtime/clock.ts';
import { ApiError, ConnectionError, TransientError, type Status } from '../api/errors.ts';
import type { Transport, TransportRequest, TransportResponse } from './http.ts';

export interface RequesterOptions {
  /** Sent as User-Agent; the API server's audit log shows it. */
  readonly userAgent: string;
  /**
   * Milliseconds within which an answer must be complete; for a watch, within which it must begin.
   *
   * @default 30_000
   */
  readonly requestTimeout?: number;
  /**
   * Called before every request that may write, at the last moment, each time it is sent; what it
   * throws keeps it from being sent: see `LeaderElection.guard`.
   *
   * @default nothing stands against a write
   */
  readonly guard?: () => void;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A request that no method of {@link KubeClient} makes. */
export interface RawRequest extends RequestOptions {
  readonly method: TransportRequest['method'];
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** @default application/json */
  readonly contentType?: string;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Times a request is sent anew because the server asked for it, as often as client-go does. */
const maxRetries = 10;

/**
 * Sends requests to an API server, with deadlines, and again where that is safe. It throws ApiError
 * when the server refuses, ConnectionError when it cannot be reached or is late, and the signal's
 * reason when that is aborted. Answers 429 and 5xx that carry Retry-After are obeyed first; a GET
 * whose connection broke is sent once more.
 */
export class Requester {
  readonly #transport: Transport;
  readonly #options: RequesterOptions;
  readonly #requestTimeout: number;
  readonly #clock: Clock;

  constructor(transport: Transport, options: RequesterOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#requestTimeout = options.requestTimeout ?? 30_000;
    this.#clock = options.clock ?? systemClock;
  }

  /** Sends a request and returns the parsed answer. */
  async request<T>(request: RawRequest): Promise<T> {
    const stop = new AbortController();
    const response = await this.open(request, stop, request.signal);
    const text = await this.#underDeadline(request, stop, request.signal, () =>
      response.body.text(),
    );
    return JSON.parse(text) as T;
  }

  /**
   * Sends a request until the answer's head is there, and not a refusal; its body is the caller's to read.
   *
   * @param stop aborted when `signal` is, or when it takes too long; ends the answer, too
   */
  async open(
    request: RawRequest,
    stop: AbortController,
    signal: AbortSignal | undefined,
  ): Promise<TransportResponse> {
    for (let retries = 0; ; retries++) {
      let wait: number;
      try {
        const outgoing = this.#outgoing(request, stop.signal);
        const response = await this.#underDeadline(request, stop, signal, () =>
          this.#transport.send(outgoing),
        );
        if (response.status < 300) return response;
        const retryAfter = retryAfterOf(response);
        const text = await this.#underDeadline(request, stop, signal, () => response.body.text());
        if (retryAfter === undefined || retries >= maxRetries) {
          throw new ApiError(titleOf(request), response.status, statusOf(text));
        }
        wait = retryAfter;
      } catch (error) {
        const mayRetry = request.method === 'GET' && retries === 0 && !stop.signal.aborted;
        if (!mayRetry || !(error instanceof ConnectionError)) throw error;
        wait = 0;
      }
      if (wait > 0) await sleep(this.#clock, wait, signal);
    }
  }

  #outgoing(request: RawRequest, signal: AbortSignal): TransportRequest {
    const headers: Record<string, string> = {
      accept: 'application/json',
      'user-agent': this.#options.userAgent,
    };
    if (request.body !== undefined) {
      headers['content-type'] = request.contentType ?? 'application/json';
    }
    return {
      method: request.method,
      path: request.path + queryString(request.query ?? {}),
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      signal,
      guard: request.method === 'GET' ? undefined : this.#options.guard,
    };
  }

  /** Runs a part of a request; `stop` is aborted when it takes too long or `signal` is aborted. */
  async #underDeadline<T>(
    request: RawRequest,
    stop: AbortController,
    signal: AbortSignal | undefined,
    part: () => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const onAbort = () => {
      stop.abort(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const cancelTimer = this.#clock.setTimer(() => {
      const message = `${titleOf(request)}: no answer within ${this.#requestTimeout} ms`;
      stop.abort(new ConnectionError(message));
    }, this.#requestTimeout);
    try {
      return await part();
    } catch (error) {
      throw asRequestError(titleOf(request), error, stop.signal);
    } finally {
      cancelTimer();
      signal?.removeEventListener('abort', onAbort);
    }
  }
}

function titleOf(request: RawRequest): string {
  return `${request.method} ${request.path}`;
}

function queryString(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** Milliseconds the server asks to wait before the same request, if it asks. */
function retryAfterOf(response: TransportResponse): number | undefined {
  const { status, headers } = response;
  if (status !== 429 && status < 500) return undefined;
  const seconds = Number(headers['retry-after'] ?? NaN);
  if (Number.isFinite(seconds)) return seconds * 1000;
  return status === 429 ? 1000 : undefined;
}

/** The Status in an answer; the text itself as message when something else answered. */
function statusOf(text: string): Status {
  try {
    const status = JSON.parse(text) as Status | null;
    if (status?.kind === 'Status') return status;
  } catch {
    // Not JSON: a proxy, or the API server before it is up.
  }
  return { message: text.trim().slice(0, 500) };
}

/** What an exception from below means: our own abort's reason, or a broken connection. */
export function asRequestError(title: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ApiError || error instanceof TransientError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ConnectionError(`${title}: ${detail}`, { cause: error });
}
