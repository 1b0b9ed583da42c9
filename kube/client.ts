import { sleep, systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { ApiError, ConnectionError, TransientError } from './errors.ts';
import type { Status } from './errors.ts';
import type { KubeConfig } from './kube-config.ts';
import { resourcePath } from './object.ts';
import type { KubeObject, ObjectKey, Resource, UnstructuredObject } from './object.ts';
import { KubeConfigTransport } from './transport.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';
import { watchEvents } from './watch.ts';
import type { WatchEvent } from './watch.ts';

export interface KubeClientOptions {
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

/** One page of a list. */
export interface KubeList<T> {
  readonly metadata: {
    /** Where to start a watch. */
    readonly resourceVersion: string;
    /** Present when there are more pages. */
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly T[];
}

/** Narrows a list or a watch. */
export interface Selection {
  /** @default every namespace */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ListOptions extends Selection, RequestOptions {
  /** Items a page. @default all */
  readonly limit?: number | undefined;
  /** `metadata.continue` of the page before. */
  readonly continue?: string | undefined;
}

export interface WatchOptions extends Selection, RequestOptions {
  /** The first event is the one after this. */
  readonly resourceVersion: string;
  /** Seconds after which the API server ends the watch. @default the API server's choice */
  readonly timeoutSeconds?: number | undefined;
}

export interface DeleteOptions extends RequestOptions {
  /** Delete only the object with this uid, in this version: else a conflict. */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  /** What becomes of dependents. @default the resource's own, mostly Background */
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
  readonly gracePeriodSeconds?: number;
}

export interface WriteOptions extends RequestOptions {
  /** Recorded in managedFields. @default what the API server derives from the User-Agent */
  readonly fieldManager?: string | undefined;
  /** What becomes of unknown and duplicate fields. @default Strict */
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
}

export interface PatchOptions extends WriteOptions {
  /** An apply patch is a whole object, a merge patch (RFC 7386) the fields to change. */
  readonly type: 'apply' | 'merge';
  /** Apply: take fields over from other managers. @default false: a conflict */
  readonly force?: boolean;
  readonly subresource?: string | undefined;
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
const MAX_RETRIES = 10;

const PATCH_TYPES = {
  apply: 'application/apply-patch+yaml',
  merge: 'application/merge-patch+json',
};

/**
 * Talks JSON with an API server and leaves it as it is: no typed models in between that would drop
 * fields they do not know.
 *
 * Every method throws ApiError when the server refuses, ConnectionError when it cannot be reached
 * or is late, and the signal's reason when that is aborted. Answers 429 and 5xx that carry
 * Retry-After are obeyed first; a GET whose connection broke is sent once more.
 */
export class KubeClient {
  readonly #transport: Transport;
  readonly #options: KubeClientOptions;
  readonly #userAgent: string;
  readonly #requestTimeout: number;
  readonly #clock: Clock;

  constructor(transport: Transport, options: KubeClientOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#userAgent = options.userAgent;
    this.#requestTimeout = options.requestTimeout ?? 30_000;
    this.#clock = options.clock ?? systemClock;
  }

  /** A client for the current context of a KubeConfig, with its credentials, renewed as needed. */
  static fromKubeConfig(kubeConfig: KubeConfig, options: KubeClientOptions): KubeClient {
    const transport = new KubeConfigTransport(kubeConfig, options.clock ?? systemClock);
    return new KubeClient(transport, options);
  }

  /** The same client, over the same connections, with a guard. */
  withGuard(guard: () => void): KubeClient {
    return new KubeClient(this.#transport, { ...this.#options, guard });
  }

  get<T extends KubeObject = UnstructuredObject>(
    resource: Resource,
    key: ObjectKey,
    options: RequestOptions = {},
  ): Promise<T> {
    return this.request<T>({ method: 'GET', path: objectPath(resource, key), ...options });
  }

  /** One page. Items carry apiVersion and kind, which the API server omits for built-in kinds. */
  async list<T extends KubeObject = UnstructuredObject>(
    resource: Resource,
    options: ListOptions = {},
  ): Promise<KubeList<T>> {
    const { namespace, signal, ...query } = options;
    const path = resourcePath(resource, { namespace });
    const page = await this.request<KubeList<T>>({
      method: 'GET',
      path,
      query: { ...query },
      signal,
    });
    const { apiVersion, kind } = resource;
    return { ...page, items: page.items.map((item) => ({ ...item, apiVersion, kind })) };
  }

  create<T extends KubeObject>(
    resource: Resource,
    object: T,
    options: WriteOptions = {},
  ): Promise<T> {
    const { signal, ...query } = options;
    return this.request<T>({
      method: 'POST',
      path: resourcePath(resource, { namespace: object.metadata.namespace }),
      query: { fieldValidation: 'Strict', ...query },
      body: object,
      signal,
    });
  }

  /** @returns the live object after the patch */
  patch<T extends KubeObject = UnstructuredObject>(
    resource: Resource,
    key: ObjectKey,
    patch: unknown,
    options: PatchOptions,
  ): Promise<T> {
    const { type, subresource, signal, ...query } = options;
    return this.request<T>({
      method: 'PATCH',
      path: objectPath(resource, key, subresource),
      query: { fieldValidation: 'Strict', ...query },
      body: patch,
      contentType: PATCH_TYPES[type],
      signal,
    });
  }

  /** Returns when the deletion is accepted; finalizers may keep the object a while longer. */
  async delete(resource: Resource, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    const { signal, ...body } = options;
    const path = objectPath(resource, key);
    await this.request({ method: 'DELETE', path, body, signal });
  }

  /**
   * Opens a watch. It ends when the server ends it (timeoutSeconds, a restart) and throws when it
   * breaks; an ERROR event is thrown as ApiError. Leaving the loop closes the connection, and so
   * does the signal while an event is awaited.
   */
  async *watch<T extends KubeObject = UnstructuredObject>(
    resource: Resource,
    options: WatchOptions,
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const { namespace, signal, ...query } = options;
    const path = resourcePath(resource, { namespace });
    const request: RawRequest = {
      method: 'GET',
      path,
      query: { watch: true, allowWatchBookmarks: true, ...query },
    };
    const stop = new AbortController();
    const response = await this.#send(request, stop, signal);
    const onAbort = () => {
      stop.abort(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      signal?.throwIfAborted();
      yield* watchEvents<T>(response.body, `WATCH ${path}`);
    } catch (error) {
      throw asRequestError(`WATCH ${path}`, error, stop.signal);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Sends any request and returns the parsed answer. */
  async request<T>(request: RawRequest): Promise<T> {
    const stop = new AbortController();
    const response = await this.#send(request, stop, request.signal);
    const text = await this.#underDeadline(request, stop, request.signal, () =>
      response.body.text(),
    );
    return JSON.parse(text) as T;
  }

  /** Ends every connection. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  async #send(
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
        if (retryAfter === undefined || retries >= MAX_RETRIES) {
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
      'user-agent': this.#userAgent,
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

function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  return resourcePath(resource, { namespace: key.namespace, name: key.name, subresource });
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
function asRequestError(title: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ApiError || error instanceof TransientError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ConnectionError(`${title}: ${detail}`, { cause: error });
}
