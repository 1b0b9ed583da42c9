import { backoffDelay, type Backoff } from '../runtime/backoff.ts';
import type { KubeClient } from '../client/client.ts';
import { listAll } from '../client/list-all.ts';
import type { Selection } from '../client/options.ts';
import { sleep, systemClock, type Clock } from '../runtime/clock.ts';
import { ApiError, ConnectionError, isGone } from '../api/errors.ts';
import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import type { Logger } from '../runtime/logger.ts';
import {
  formatKey,
  type KubeObject,
  type Resource,
  type UnstructuredObject,
} from '../api/object.ts';
import { isAtOrBefore } from '../api/resource-version.ts';
import { Store, type Change, type Indexes, type ReadonlyStore } from './store.ts';
import type { WatchEvent } from '../client/watch-stream.ts';

/** Called for one change at a time. A returned promise is awaited. */
export type ChangeHandler<T> =
  ((change: Change<T>) => void) | ((change: Change<T>) => Promise<void>);

export interface ReflectorOptions<T extends KubeObject> extends Selection {
  readonly client: KubeClient;
  readonly resource: Resource;
  /**
   * Its exceptions are logged. It should only add keys to a work queue, because it delays the
   * watch.
   */
  readonly onChange: ChangeHandler<T>;
  readonly log: Logger;
  /** Indexes of the store by name. @default none */
  readonly indexes?: Indexes<T>;
  /**
   * Reduces an object before it is stored and passed to the handler, for example by removing
   * managedFields. It must keep name, namespace, uid and resourceVersion, and must not throw.
   *
   * @default objects are stored unchanged
   */
  readonly transform?: (object: T) => T;
  /** Objects per page of a list. @default 500 */
  readonly pageSize?: number;
  /** Minimum length of a watch in milliseconds; each lasts up to twice as long. @default 300_000 */
  readonly watchTimeout?: number;
  /**
   * Milliseconds without an event after which a watch counts as dead. The API server sends a
   * bookmark about every minute.
   *
   * @default 150_000
   */
  readonly inactivityTimeout?: number;
  /** Counts lists and watches. @default none */
  readonly metrics?: Metrics | undefined;
  /** Delays after failures. @default 100 ms to 30 s */
  readonly backoff?: Backoff;
  /** @default the system clock */
  readonly clock?: Clock;
  /** @default Math.random */
  readonly random?: () => number;
}

/**
 * Keeps a store equal to a collection in the API server. It lists once and then watches; each watch
 * resumes where the last one ended. It lists again only if the server cannot resume from that
 * version (410). It retries until its signal is aborted, with backoff while the server delivers
 * nothing.
 */
export class Reflector<T extends KubeObject = UnstructuredObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #backoff: Backoff;
  readonly #store: Store<T>;
  readonly #transform: (object: T) => T;
  readonly #synced = Promise.withResolvers<undefined>();
  #hasSynced = false;
  /** The version that the store has reached; if undefined, a list is needed. */
  #resourceVersion: string | undefined;
  #failures = 0;
  /** The time of the first failure since the last list or event. */
  #failingSince: number | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#log = options.log;
    this.#metrics = options.metrics ?? noMetrics;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#store = new Store(options.indexes);
    this.#transform = options.transform ?? ((object) => object);
    this.#backoff = options.backoff ?? { initial: 100, max: 30_000 };
  }

  get store(): ReadonlyStore<T> {
    return this.#store;
  }

  /** Whether the first list is in the store and was passed to the handler. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /**
   * Milliseconds since a list or watch failed without a later list or event; 0 while the API server
   * responds. A broken watch may count as failing until its next bookmark, about a minute.
   */
  get failingFor(): number {
    return this.#failingSince === undefined ? 0 : this.#clock.elapsed() - this.#failingSince;
  }

  /** Waits for {@link hasSynced}. @throws the signal's reason */
  async waitForSync(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => {
      aborted.reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.#synced.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Lists and watches until the signal is aborted. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { plural } = this.#options.resource;
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === undefined) await this.#list(signal);
        await this.#watch(signal);
        this.#failingSince = undefined;
        this.#log.debug({ plural }, 'watch ended, resuming');
      } catch (err) {
        if (isAborted(signal)) return;
        this.#failingSince ??= this.#clock.elapsed();
        if (needsList(err)) {
          this.#resourceVersion = undefined;
          this.#log.info({ err, plural }, 'watch cannot be resumed, listing again');
        } else {
          this.#log.warn({ err, plural }, 'list or watch failed, retrying');
        }
      }
      await this.#pause(signal);
    }
  }

  /** Waits with backoff after consecutive failures; the first one is retried at once. */
  async #pause(signal: AbortSignal): Promise<void> {
    const failures = this.#failures++;
    if (failures === 0) return;
    const delay = backoffDelay(this.#backoff, failures, this.#random);
    await sleep(this.#clock, delay, signal).catch(() => undefined);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector } = this.#options;
    this.#metrics.onList(resource.plural);
    const { metadata, items } = await listAll<T>(client, resource, {
      ...{ namespace, labelSelector, fieldSelector, signal },
      pageSize: this.#options.pageSize ?? 500,
      transform: this.#transform,
    });
    const { resourceVersion } = metadata;
    await this.#notify(this.#store.replace(items, resourceVersion));
    this.#resourceVersion = resourceVersion;
    this.#failingSince = undefined;
    this.#hasSynced = true;
    this.#synced.resolve(undefined);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector } = this.#options;
    const { watchTimeout = 300_000 } = this.#options;
    const stop = new AbortController();
    const onAbort = () => {
      stop.abort(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const events = client.watch<T>(resource, {
      namespace,
      labelSelector,
      fieldSelector,
      resourceVersion: this.#resourceVersion!,
      timeoutSeconds: Math.ceil((watchTimeout * (1 + this.#random())) / 1000),
      signal: stop.signal,
    });
    const openedAt = this.#clock.elapsed();
    try {
      signal.throwIfAborted();
      this.#metrics.onWatch(resource.plural);
      for (;;) {
        const next = await this.#nextEvent(events, stop);
        if (next.done === true) break;
        await this.#handle(next.value);
      }
    } finally {
      if (this.#clock.elapsed() - openedAt >= this.#backoff.max) this.#failures = 0;
      signal.removeEventListener('abort', onAbort);
      stop.abort();
      await events.return();
    }
  }

  async #nextEvent(
    events: AsyncGenerator<WatchEvent<T>, void>,
    stop: AbortController,
  ): Promise<IteratorResult<WatchEvent<T>, void>> {
    const { inactivityTimeout = 150_000, resource } = this.#options;
    const cancelTimer = this.#clock.setTimer(() => {
      const message = `watch of ${resource.plural}: no event within ${inactivityTimeout} ms`;
      stop.abort(new ConnectionError(message));
    }, inactivityTimeout);
    try {
      return await events.next();
    } finally {
      cancelTimer();
    }
  }

  async #handle(event: WatchEvent<T>): Promise<void> {
    this.#failingSince = undefined;
    if (event.type !== 'BOOKMARK') {
      const object = this.#transform(event.object);
      const isDeleted = event.type === 'DELETED';
      await this.#notify(isDeleted ? this.#store.delete(object) : this.#store.put(object));
    }
    const { resourceVersion } = event.object.metadata;
    if (isAtOrBefore(resourceVersion, this.#resourceVersion)) return;
    this.#resourceVersion = resourceVersion;
    this.#failures = 0;
  }

  async #notify(changes: readonly Change<T>[]): Promise<void> {
    for (const change of changes) {
      try {
        await this.#options.onChange(change);
      } catch (err) {
        const { metadata, kind } = change.object;
        this.#log.error({ err, kind, key: formatKey(metadata) }, 'change handler failed');
      }
    }
  }
}

/** Whether the server cannot start a watch from the requested version. */
function needsList(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  if (isGone(error) || error.code === 400) return true;
  // A server restored from a backup has not reached the requested version.
  return error.details.causes?.some(({ reason }) => reason === 'ResourceVersionTooLarge') ?? false;
}

/** Reads `aborted` without narrowing its type: the signal may have been aborted since a check. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
