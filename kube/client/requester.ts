import { sleep, systemClock, type Clock } from '../runtime/clock.ts';
import {
  ApiError,
  ConnectionError,
  TransientError,
  type Status,
  ResponseTooLargeError,
} from '../api/errors.ts';
import type { Transport, TransportRequest, TransportResponse } from './http.ts';

export interface RequesterOptions {
  /** The User-Agent, which the API server's audit log shows. */
  readonly userAgent: string;
  /**
   * Milliseconds within which a response must be complete, or that of a watch must begin. They
   * count separately for the head and the body of a response.
   *
   * @default 30_000
   */
  readonly requestTimeout?: number;
  /**
   * Called immediately before every request that may write, retries included. If it throws, the
   * request is not sent. See `LeaderElection.guard`.
   *
   * @default no guard
   */
  readonly guard?: () => void;
  /** @default the system clock */
  readonly clock?: Clock;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** A request that `KubeClient` has no method for. */
export interface RawRequest extends RequestOptions {
  /** Bytes that the body of the response may have. @default no limit */
  readonly maxBytes?: number | undefined;
  readonly method: TransportRequest['method'];
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** @default application/json */
  readonly contentType?: string;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Maximum number of retries that the server requests with Retry-After, as in client-go. */
const maxRetries = 10;

/**
 * Sends requests to an API server with deadlines and safe retries. The errors and retries are those
 * of `KubeClient`.
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

  /** Sends a request and returns the parsed response. */
  async request<T>(request: RawRequest): Promise<T> {
    const stop = new AbortController();
    const response = await this.open(request, stop, request.signal);
    const { maxBytes } = request;
    const text = await this.#underDeadline(request, stop, request.signal, () =>
      maxBytes === undefined ? response.body.text() : boundedText(response.body, maxBytes),
    );
    return JSON.parse(text) as T;
  }

  /**
   * Sends a request until the server accepts it. The caller reads the body of the response.
   *
   * @param stop aborts the request and the response; aborted with `signal` and at the deadline
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

  /** Runs a part of a request; aborts `stop` at the deadline or when `signal` is aborted. */
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
      const message = `${titleOf(request)}: no response within ${this.#requestTimeout} ms`;
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

/** Returns the milliseconds after which the server asks for a retry; undefined for no retry. */
function retryAfterOf(response: TransportResponse): number | undefined {
  const { status, headers } = response;
  if (status !== 429 && status < 500) return undefined;
  const seconds = Number(headers['retry-after'] ?? NaN);
  if (Number.isFinite(seconds)) return seconds * 1000;
  return status === 429 ? 1000 : undefined;
}

/** Parses the Status in a response. Any other text, such as that of a proxy, is the message. */
function statusOf(text: string): Status {
  try {
    const status = JSON.parse(text) as Status | null;
    if (status?.kind === 'Status') return status;
  } catch {
    // Not JSON: the response of a proxy, or of an API server that is starting.
  }
  return { message: text.trim().slice(0, 500) };
}

/**
 * Returns the error to throw: the reason of an abort, an ApiError or TransientError unchanged, or a
 * ConnectionError for any other error.
 */
export function asRequestError(title: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ApiError || error instanceof TransientError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ConnectionError(`${title}: ${detail}`, { cause: error });
}

/**
 * Reads a body, and stops when it has more bytes than allowed. Decoding each chunk as it arrives
 * leaves no second copy of a list page in memory.
 */
async function boundedText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new ResponseTooLargeError(`the response has more than ${maxBytes} bytes`);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
