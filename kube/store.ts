import { formatKey } from './object.ts';
import type { KubeObject } from './object.ts';
import { isNotAfter } from './resource-version.ts';

/** A change of the store, as handlers see it. */
export type Change<T> =
  | { readonly type: 'added'; readonly object: T; readonly old?: undefined }
  | { readonly type: 'updated'; readonly object: T; readonly old: T }
  /** `object` is the last state known. */
  | { readonly type: 'deleted'; readonly object: T; readonly old: T };

/** Read access to a {@link Store}. Its objects are shared: treat them as frozen. */
export interface ReadonlyStore<T> {
  /** @param key `namespace/name`, or `name` for a cluster-scoped object */
  get(key: string): T | undefined;
  has(key: string): boolean;
  list(): T[];
  readonly size: number;
}

/** Deleted objects whose version is remembered, so that a late event cannot bring them back. */
const MAX_TOMBSTONES = 1000;

/**
 * A collection's objects by key, as a list and the events of watches describe them. An event that
 * is older than what is known of its object (by uid and resourceVersion) changes nothing.
 */
export class Store<T extends KubeObject> implements ReadonlyStore<T> {
  readonly #objects = new Map<string, T>();
  /** resourceVersion at which an object was seen to be gone, by uid. */
  readonly #tombstones = new Map<string, string>();
  /** resourceVersion of the last complete list: it holds whatever happened up to then. */
  #listedAt: string | undefined;

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  has(key: string): boolean {
    return this.#objects.has(key);
  }

  list(): T[] {
    return [...this.#objects.values()];
  }

  get size(): number {
    return this.#objects.size;
  }

  /**
   * Makes the store equal to a complete list, which is right whatever the store held: a server
   * restored from a backup counts versions from a lower one.
   *
   * @returns what changed
   */
  replace(objects: readonly T[], resourceVersion: string): Change<T>[] {
    const changes: Change<T>[] = [];
    const listed = new Map(objects.map((object) => [formatKey(object.metadata), object]));
    for (const [key, old] of this.#objects) {
      if (!listed.has(key)) changes.push(this.#remove(key, old, old, resourceVersion));
    }
    for (const [uid, goneAt] of this.#tombstones) {
      if (!isNotAfter(goneAt, resourceVersion)) this.#tombstones.delete(uid);
    }
    this.#listedAt = resourceVersion;
    for (const [key, object] of listed) changes.push(...this.#put(key, object));
    return changes;
  }

  /** Takes over an ADDED or MODIFIED event. @returns what changed */
  put(object: T): Change<T>[] {
    const { uid, resourceVersion } = object.metadata;
    const key = formatKey(object.metadata);
    const known = this.#objects.get(key)?.metadata.resourceVersion;
    const gone = this.#tombstones.get(uid ?? '');
    if ([this.#listedAt, known, gone].some((other) => isNotAfter(resourceVersion, other)))
      return [];
    return this.#put(key, object);
  }

  /** Takes over a DELETED event. @returns what changed */
  delete(object: T): Change<T>[] {
    const { uid, resourceVersion } = object.metadata;
    const key = formatKey(object.metadata);
    const old = this.#objects.get(key);
    if (old === undefined || old.metadata.uid !== uid) return [];
    const known = old.metadata.resourceVersion;
    // An object that left the selection is DELETED with the version of its last change.
    const late = [this.#listedAt, known].some((other) => isNotAfter(resourceVersion, other));
    if (late && resourceVersion !== known) return [];
    return [this.#remove(key, object, old, resourceVersion)];
  }

  #put(key: string, object: T): Change<T>[] {
    const old = this.#objects.get(key);
    this.#objects.set(key, object);
    if (old === undefined) return [{ type: 'added', object }];
    if (old.metadata.uid !== object.metadata.uid) {
      this.#bury(old, object.metadata.resourceVersion);
      return [
        { type: 'deleted', object: old, old },
        { type: 'added', object },
      ];
    }
    if (old.metadata.resourceVersion === object.metadata.resourceVersion) return [];
    return [{ type: 'updated', object, old }];
  }

  #remove(key: string, object: T, old: T, resourceVersion: string | undefined): Change<T> {
    this.#objects.delete(key);
    this.#bury(object, resourceVersion);
    return { type: 'deleted', object, old };
  }

  #bury(object: T, resourceVersion: string | undefined): void {
    const { uid } = object.metadata;
    if (uid === undefined || resourceVersion === undefined) return;
    this.#tombstones.delete(uid);
    this.#tombstones.set(uid, resourceVersion);
    if (this.#tombstones.size > MAX_TOMBSTONES) {
      const [oldest] = this.#tombstones.keys();
      this.#tombstones.delete(oldest!);
    }
  }
}
