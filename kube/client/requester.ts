import { sleep, systemClock, type Clock } from '../runtime/clock.ts';
import {
  ApiError,
  ConnectionError,
  TransientError,
  type Status,
  ResponseTooLargeError,
} from '../api/errors.ts';
import { underDeadline } from './deadline.ts';
import type { Transport, TransportRequest, TransportResponse } from './http.ts';
import { readBody } from './read-body.ts';
import { RetryBudget } from './retry-after.ts';

export interface RequesterOptions {
  /** The User-Agent, which the API server's audit log shows. */
  readonly userAgent: string;
  /**
   * Milliseconds within which a request ends, and within which a watch begins. They include the
   * retries, and the delays before them.
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
  /**
   * Bytes that the body of the response may have; a larger one fails with ResponseTooLargeError.
   *
   * @default 16 MiB, several times the size of the largest object
   */
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

/** The default of `RawRequest.maxBytes`. */
const defaultMaxBytes = 16 << 20;

/** Bytes of an error response that are read. */
const maxErrorBytes = 64 << 10;

/** Characters of a message that an error has. */
const maxMessageLength = 4_000;

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
  request<T extends object>(request: RawRequest): Promise<T> {
    const { maxBytes = defaultMaxBytes } = request;
    const stop = new AbortController();
    return this.#run(request, stop, request.signal, async () => {
      const response = await this.#send(request, stop.signal);
      const { text, isComplete } = await readBody(response.body, maxBytes);
      if (!isComplete) {
        throw new ResponseTooLargeError(
          `${titleOf(request)}: the response has more than ${maxBytes} bytes`,
        );
      }
      return parseObject(text) as T;
    });
  }

  /**
   * Sends a request until the server accepts it. The caller reads the body of the response.
   *
   * @param stop aborts the request and the response; aborted with `signal` and at the deadline
   */
  open(
    request: RawRequest,
    stop: AbortController,
    signal: AbortSignal | undefined,
  ): Promise<TransportResponse> {
    return this.#run(request, stop, signal, () => this.#send(request, stop.signal));
  }

  /** Sends a request, and again as often as the server asks for it. */
  async #send(request: RawRequest, signal: AbortSignal): Promise<TransportResponse> {
    const budget = new RetryBudget();
    for (;;) {
      const response = await this.#sendOnce(request, signal);
      if (response.status < 300) return response;
      const delay = budget.next(response);
      const { text } = await readBody(response.body, maxErrorBytes);
      if (delay === undefined) {
        throw new ApiError(titleOf(request), response.status, statusOf(text));
      }
      if (delay > 0) await sleep(this.#clock, delay, signal);
    }
  }

  /** Sends a request; a GET whose connection breaks is sent once more. */
  async #sendOnce(request: RawRequest, signal: AbortSignal): Promise<TransportResponse> {
    const outgoing = this.#outgoing(request, signal);
    try {
      return await this.#transport.send(outgoing);
    } catch (error) {
      const mayRetry = request.method === 'GET' && !signal.aborted;
      if (!mayRetry || !(error instanceof ConnectionError)) throw error;
      return this.#transport.send(outgoing);
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

  /** Runs a request; aborts `stop` at the deadline or when `signal` is aborted. */
  async #run<T>(
    request: RawRequest,
    stop: AbortController,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const title = titleOf(request);
    const timeout = this.#requestTimeout;
    const timeoutError = () => new ConnectionError(`${title}: no response within ${timeout} ms`);
    try {
      return await underDeadline({ clock: this.#clock, timeout, signal, stop, timeoutError }, work);
    } catch (error) {
      signal?.throwIfAborted();
      throw asRequestError(title, error, stop.signal);
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

/** Parses the Status in a response. Any other text, such as that of a proxy, is the message. */
function statusOf(text: string): Status {
  try {
    const status = JSON.parse(text) as Status | null;
    if (status?.kind === 'Status') {
      const message = status.message?.slice(0, maxMessageLength) ?? '';
      return { ...status, message };
    }
  } catch {
    // Not JSON: the response of a proxy, or of an API server that is starting.
  }
  return { message: text.trim().slice(0, 500) };
}

/** Parses a response. Anything but a JSON object, for example the page of a proxy, is an error. */
function parseObject(text: string): object {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SyntaxError('the response is not a JSON object');
}

/**
 * Returns the error to throw: the reason of an abort, an ApiError, TransientError or
 * ResponseTooLargeError unchanged, or a ConnectionError for any other error.
 */
export function asRequestError(title: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ApiError || error instanceof TransientError) return error;
  if (error instanceof ResponseTooLargeError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ConnectionError(`${title}: ${detail}`, { cause: error });
}
