import { systemClock, type Clock } from '../runtime/clock.ts';
import { formatKey, type KubeObject } from '../api/object.ts';
import { isAtOrBefore } from '../api/resource-version.ts';
import type { ReadonlyStore } from './store.ts';

/**
 * Milliseconds for which a write is remembered. A watch is behind by less, unless it is broken, and
 * then the object may have been deleted unseen.
 */
const lifetime = 10_000;

/**
 * A store together with the answers to one's own writes, which a watch brings a moment later: so a
 * reconcile that follows a write does not act on what was before it.
 */
export class MutationCache<T extends KubeObject> {
  readonly #store: ReadonlyStore<T>;
  readonly #clock: Clock;
  readonly #written = new Map<string, { readonly object: T; readonly at: number }>();
  /** When objects were seen to be gone, by uid: the answer to an earlier write may be late. */
  readonly #gone = new Map<string, number>();

  constructor(store: ReadonlyStore<T>, clock: Clock = systemClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The newer of what the store holds and what was written. */
  get(key: string): T | undefined {
    const stored = this.#store.get(key);
    const written = this.#written.get(key);
    if (written === undefined) return stored;
    const { resourceVersion } = written.object.metadata;
    const seen = isAtOrBefore(resourceVersion, stored?.metadata.resourceVersion);
    if (!seen && this.#clock.now() - written.at < lifetime) return written.object;
    this.#written.delete(key);
    return stored;
  }

  /** Remembers the API server's answer to a write. */
  record(object: T): void {
    this.#sweep();
    if (this.#gone.has(object.metadata.uid ?? '')) return;
    const key = formatKey(object.metadata);
    this.#written.delete(key);
    this.#written.set(key, { object, at: this.#clock.now() });
  }

  /** Drops what was written of an object that the watch says is deleted. */
  forget(object: T): void {
    this.#sweep();
    this.#written.delete(formatKey(object.metadata));
    if (object.metadata.uid !== undefined) this.#gone.set(object.metadata.uid, this.#clock.now());
  }

  /** Drops what is too old to matter; both maps are in order of time. */
  #sweep(): void {
    const oldest = this.#clock.now() - lifetime;
    for (const [key, { at }] of this.#written) {
      if (at > oldest) break;
      this.#written.delete(key);
    }
    for (const [uid, at] of this.#gone) {
      if (at > oldest) break;
      this.#gone.delete(uid);
    }
  }
}
