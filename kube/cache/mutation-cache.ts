import { systemClock, type Clock } from '../runtime/clock.ts';
import { formatKey, type KubeObject } from '../api/object.ts';
import { isAtOrBefore } from '../api/resource-version.ts';
import type { ReadonlyStore } from './store.ts';

/**
 * Milliseconds for which a write is cached. A working watch delivers it earlier. If the watch is
 * broken, the object may have been deleted, so older writes are not used.
 */
const lifetime = 10_000;

/**
 * A store combined with the responses to the controller's own writes, which the watch delivers
 * later. A reconcile after a write therefore does not act on the state before it.
 */
export class MutationCache<T extends KubeObject> {
  readonly #store: ReadonlyStore<T>;
  readonly #clock: Clock;
  readonly #written = new Map<string, { readonly object: T; readonly at: number }>();
  /** Times of observed deletions by uid: the response to an earlier write may arrive later. */
  readonly #deleted = new Map<string, number>();

  constructor(store: ReadonlyStore<T>, clock: Clock = systemClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Returns the newer of the stored and the written object. */
  get(key: string): T | undefined {
    const stored = this.#store.get(key);
    const written = this.#written.get(key);
    if (written === undefined) return stored;
    const { resourceVersion } = written.object.metadata;
    const isDelivered = isAtOrBefore(resourceVersion, stored?.metadata.resourceVersion);
    if (!isDelivered && this.#clock.elapsed() - written.at < lifetime) return written.object;
    this.#written.delete(key);
    return stored;
  }

  /** Caches the API server's response to a write. */
  record(object: T): void {
    this.#sweep();
    if (this.#deleted.has(object.metadata.uid ?? '')) return;
    const key = formatKey(object.metadata);
    this.#written.delete(key);
    this.#written.set(key, { object, at: this.#clock.elapsed() });
  }

  /** Whether an object is exactly the response to the last write of it. */
  isWritten({ metadata }: T): boolean {
    const written = this.#written.get(formatKey(metadata));
    return (
      written !== undefined && written.object.metadata.resourceVersion === metadata.resourceVersion
    );
  }

  /** Drops the write of an object after the watch has delivered its deletion. */
  forget(object: T): void {
    this.#sweep();
    this.#written.delete(formatKey(object.metadata));
    if (object.metadata.uid !== undefined)
      this.#deleted.set(object.metadata.uid, this.#clock.elapsed());
  }

  /** Drops expired entries. Both maps are in order of time. */
  #sweep(): void {
    const oldest = this.#clock.elapsed() - lifetime;
    for (const [key, { at }] of this.#written) {
      if (at > oldest) break;
      this.#written.delete(key);
    }
    for (const [uid, at] of this.#deleted) {
      if (at > oldest) break;
      this.#deleted.delete(uid);
    }
  }
}
