import { systemClock } from '../runtime/clock.ts';
import type { KubeConfig } from '../config/kube-config.ts';
import {
  resourcePath,
  type KubeObject,
  type ObjectKey,
  type Resource,
  type UnstructuredObject,
} from '../api/object.ts';
import {
  Requester,
  asRequestError,
  type RawRequest,
  type RequestOptions,
  type RequesterOptions,
} from './requester.ts';
import { KubeConfigTransport } from './transport.ts';
import type { Transport } from './http.ts';
import { watchEvents, type WatchEvent } from './watch-stream.ts';

/** The options of {@link KubeClient}. */
export type KubeClientOptions = RequesterOptions;

/** The options of {@link KubeClient.fromKubeConfig}. */
export interface KubeConfigClientOptions extends KubeClientOptions {
  /** Connections to open at most; every watch occupies one. @default 64 */
  readonly maxConnections?: number;
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

const patchTypes = {
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
  readonly #requester: Requester;

  constructor(transport: Transport, options: KubeClientOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#requester = new Requester(transport, options);
  }

  /** A client for the current context of a KubeConfig, with its credentials, renewed as needed. */
  static fromKubeConfig(kubeConfig: KubeConfig, options: KubeConfigClientOptions): KubeClient {
    const { clock = systemClock, maxConnections } = options;
    const transport = new KubeConfigTransport(kubeConfig, clock, maxConnections);
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
      contentType: patchTypes[type],
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
    const response = await this.#requester.open(request, stop, signal);
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
  request<T>(request: RawRequest): Promise<T> {
    return this.#requester.request<T>(request);
  }

  /** Ends every connection. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  return resourcePath(resource, { namespace: key.namespace, name: key.name, subresource });
}
