import { systemClock } from '../runtime/clock.ts';
import type { KubeConfig } from '../config/kube-config.ts';
import {
  resourcePath,
  type KubeObject,
  type ObjectKey,
  type Resource,
  type UnstructuredObject,
} from '../api/object.ts';
import { Requester, asRequestError, type RawRequest, type RequestOptions } from './requester.ts';
import type {
  DeleteOptions,
  KubeClientOptions,
  KubeConfigClientOptions,
  KubeList,
  ListOptions,
  PatchOptions,
  WatchOptions,
  WriteOptions,
} from './options.ts';
import { KubeConfigTransport } from './transport.ts';
import type { Transport } from './http.ts';
import { watchEvents, type WatchEvent } from './watch-stream.ts';

const patchTypes = {
  apply: 'application/apply-patch+yaml',
  merge: 'application/merge-patch+json',
};

/**
 * A client of an API server. It sends and returns the JSON verbatim, without typed models that
 * would drop unknown fields.
 *
 * Every method throws ApiError if the server rejects the request, ConnectionError if the server is
 * unreachable or does not respond in time, and the signal's reason if the signal is aborted.
 * Responses 429, and 5xx with Retry-After, are retried first, unless their delays exceed 10 s in
 * total. A GET is retried once if its connection breaks.
 *
 * Every method but `watch` settles within `requestTimeout`, 30 s, with its retries and delays, and
 * a watch begins within it, whatever the server and a proxy send or fail to send.
 */
export class KubeClient {
  readonly #transport: Transport;
  readonly #options: KubeClientOptions;
  readonly #requester: Requester;

  constructor(transport: Transport, options: KubeClientOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#requester = new Requester(transport, options);
  }

  /** Creates a client for the current context of a KubeConfig; it renews credentials as needed. */
  static fromKubeConfig(kubeConfig: KubeConfig, options: KubeConfigClientOptions): KubeClient {
    const { clock = systemClock, maxConnections, metrics } = options;
    const transport = new KubeConfigTransport(kubeConfig, clock, maxConnections, metrics);
    return new KubeClient(transport, options);
  }

  /** Returns a client that shares the connections and calls the guard before each write. */
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

  /**
   * Lists one page. Items have apiVersion and kind, which the API server omits for built-in kinds.
   */
  async list<T extends KubeObject = UnstructuredObject>(
    resource: Resource,
    options: ListOptions = {},
  ): Promise<KubeList<T>> {
    const { namespace, signal, maxBytes, ...query } = options;
    const path = resourcePath(resource, { namespace });
    const page = await this.request<KubeList<T>>({
      method: 'GET',
      path,
      query: { ...query },
      maxBytes: maxBytes ?? Infinity,
      signal,
    });
    const { apiVersion, kind } = resource;
    // Some aggregated API servers send null for an empty list.
    const items = (page.items as typeof page.items | null) ?? [];
    return { ...page, items: items.map((item) => ({ ...item, apiVersion, kind })) };
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
      contentType: patchTypes[type],
      signal,
    });
  }

  /** Returns when the API server accepts the deletion; finalizers may delay the removal. */
  async delete(resource: Resource, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    const { signal, ...body } = options;
    const path = objectPath(resource, key);
    await this.request({ method: 'DELETE', path, body, signal });
  }

  /**
   * Opens a watch. The iterator ends when the server ends the watch (timeoutSeconds, a restart) and
   * throws when the connection breaks; an ERROR event is thrown as ApiError. Leaving the loop, or
   * aborting the signal while waiting for an event, closes the connection.
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
    const response = await this.#requester.open(request, stop, signal);
    const onAbort = () => {
      stop.abort(signal?.reason);
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      yield* watchEvents<T>(response.body, `WATCH ${path}`);
    } catch (error) {
      throw asRequestError(`WATCH ${path}`, error, stop.signal);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Sends any request and returns the parsed response. */
  request<T extends object>(request: RawRequest): Promise<T> {
    return this.#requester.request<T>(request);
  }

  /** Closes all connections. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  return resourcePath(resource, { namespace: key.namespace, name: key.name, subresource });
}
