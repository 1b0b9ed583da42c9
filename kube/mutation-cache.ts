import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import { formatKey } from './object.ts';
import type { KubeObject } from './object.ts';
import { isNotAfter } from './resource-version.ts';
import type { ReadonlyStore } from './store.ts';

/**
 * Milliseconds for which a write is remembered. A watch is behind by less, unless it is broken, and
 * then the object may have been deleted unseen.
 */
const LIFETIME = 10_000;

/**
 * A store together with the answers to one's own writes, which a watch brings a moment later: so a
 * reconcile that follows a write does not act on what was before it.
 */
export class MutationCache<T extends KubeObject> {
  readonly #store: ReadonlyStore<T>;
  readonly #clock: Clock;
  readonly #written = new Map<string, { readonly object: T; readonly at: number }>();

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
    const seen = isNotAfter(resourceVersion, stored?.metadata.resourceVersion);
    if (!seen && this.#clock.now() - written.at < LIFETIME) return written.object;
    this.#written.delete(key);
    return stored;
  }

  /** Remembers the API server's answer to a write. */
  record(object: T): void {
    this.#written.set(formatKey(object.metadata), { object, at: this.#clock.now() });
  }

  /** Drops what was written, as for an object that the watch says is deleted. */
  forget(key: string): void {
    this.#written.delete(key);
  }
}
