import { backoffDelay, type Backoff } from '../runtime/backoff.ts';
import type { KubeClient, Selection } from '../client/client.ts';
import { sleep, systemClock, type Clock } from '../runtime/clock.ts';
import { ApiError, ConnectionError, isGone } from '../api/errors.ts';
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

/** Told of every change, one after the other; a returned promise is waited for. */
export type ChangeHandler<T> =
  ((change: Change<T>) => void) | ((change: Change<T>) => Promise<void>);

export interface ReflectorOptions<T extends KubeObject> extends Selection {
  readonly client: KubeClient;
  readonly resource: Resource;
  /** Its exceptions are logged. It should be quick: what takes time belongs in a work queue. */
  readonly onChange: ChangeHandler<T>;
  readonly log: Logger;
  /** Of the store, by their names. @default none */
  readonly indexes?: Indexes<T>;
  /**
   * Makes an object smaller before it is stored and told of, for example by leaving managedFields
   * out. It must keep name, namespace, uid and resourceVersion, and must not throw.
   *
   * @default it stays as it is
   */
  readonly transform?: (object: T) => T;
  /** Objects a page of a list. @default 500 */
  readonly pageSize?: number;
  /** Least length of a watch in ms; each lasts up to twice that. @default 300_000 */
  readonly watchTimeout?: number;
  /**
   * Milliseconds without a byte after which a watch is taken for dead. The API server sends a
   * bookmark about every minute.
   *
   * @default 150_000
   */
  readonly inactivityTimeout?: number;
  /** Wait after failures. @default 100 ms to 30 s */
  readonly backoff?: Backoff;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default Math.random */
  readonly random?: () => number;
}

/**
 * Keeps a store equal to a collection in the API server: one list, then watches that resume where
 * the last one ended, and a list again only when the server says that it no longer knows that
 * version (410). It never gives up: what fails is tried again, with backoff as long as nothing comes.
 */
export class Reflector<T extends KubeObject = UnstructuredObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #backoff: Backoff;
  readonly #store: Store<T>;
  readonly #transform: (object: T) => T;
  readonly #synced = Promise.withResolvers<undefined>();
  #hasSynced = false;
  /** How far the store has come; absent: a list is needed. */
  #resourceVersion: string | undefined;
  #failures = 0;
  /** When list or watch first failed since one of them brought something. */
  #failingSince: number | undefined;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#log = options.log;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#store = new Store(options.indexes);
    this.#transform = options.transform ?? ((object) => object);
    this.#backoff = options.backoff ?? { initial: 100, max: 30_000 };
  }

  get store(): ReadonlyStore<T> {
    return this.#store;
  }

  /** Whether the first list is in the store and its objects were passed to the handler. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /**
   * Milliseconds since list or watch failed without anything heard from the API server after; 0 while
   * it is heard from. A cut watch may read as failing until its next bookmark, about a minute.
   */
  get failingFor(): number {
    return this.#failingSince === undefined ? 0 : this.#clock.now() - this.#failingSince;
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

  /** Lists and watches until the signal is aborted; returns then, and never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { plural } = this.#options.resource;
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === undefined) await this.#list(signal);
        await this.#watch(signal);
        this.#failingSince = undefined;
        this.#log.debug({ plural }, 'watch ended, resumed');
      } catch (err) {
        if (isAborted(signal)) return;
        this.#failingSince ??= this.#clock.now();
        if (needsList(err)) {
          this.#resourceVersion = undefined;
          this.#log.info({ err, plural }, 'watch cannot be resumed, listing again');
        } else {
          this.#log.warn({ err, plural }, 'list or watch failed, tried again');
        }
      }
      await this.#pause(signal);
    }
  }

  /** Waits as long as the failures in a row ask for; the first one costs no time. */
  async #pause(signal: AbortSignal): Promise<void> {
    const failures = this.#failures++;
    if (failures === 0) return;
    const delay = backoffDelay(this.#backoff, failures, this.#random);
    await sleep(this.#clock, delay, signal).catch(() => undefined);
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector } = this.#options;
    const options = { namespace, labelSelector, fieldSelector, signal };
    const objects: T[] = [];
    let limit = this.#options.pageSize ?? 500;
    let token: string | undefined;
    let resourceVersion: string;
    for (;;) {
      try {
        const page = await client.list<T>(resource, { ...options, limit, continue: token });
        for (const item of page.items) objects.push(this.#transform(item));
        ({ resourceVersion } = page.metadata);
        token = page.metadata.continue;
        if (!token) break;
      } catch (error) {
        if (!isGone(error) || token === undefined) throw error;
        // The pages took longer than their version was kept: all in one answer, then.
        objects.length = 0;
        token = undefined;
        limit = 0;
      }
    }
    await this.#notify(this.#store.replace(objects, resourceVersion));
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
    const openedAt = this.#clock.now();
    try {
      signal.throwIfAborted();
      for (;;) {
        const next = await this.#nextEvent(events, stop);
        if (next.done === true) break;
        await this.#take(next.value);
      }
    } finally {
      if (this.#clock.now() - openedAt >= this.#backoff.max) this.#failures = 0;
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
      const message = `watch of ${resource.plural}: silent for ${inactivityTimeout} ms`;
      stop.abort(new ConnectionError(message));
    }, inactivityTimeout);
    try {
      return await events.next();
    } finally {
      cancelTimer();
    }
  }

  async #take(event: WatchEvent<T>): Promise<void> {
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

/** Whether the version that a watch starts from is of no use to the server. */
function needsList(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  if (isGone(error) || error.code === 400) return true;
  // A server restored from a backup has not come as far as the version asked for.
  return error.details.causes?.some(({ reason }) => reason === 'ResourceVersionTooLarge') ?? false;
}

/** Tells TypeScript nothing, since a signal checked before may be aborted by now. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
