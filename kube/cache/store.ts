import { formatKey, type KubeObject } from '../api/object.ts';
import { isAtOrBefore } from '../api/resource-version.ts';

/** A change of the store, as handlers see it. */
export type Change<T> =
  | { readonly type: 'added'; readonly object: T; readonly old?: undefined }
  | { readonly type: 'updated'; readonly object: T; readonly old: T }
  /** `object` is the last state known. */
  | { readonly type: 'deleted'; readonly object: T; readonly old: T };

/** The keys under which an object is found in an index, such as its owner's. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** Indexes by their names. */
export type Indexes<T> = Readonly<Record<string, IndexFunction<T>>>;

/** Read access to a {@link Store}. Its objects are shared: treat them as frozen. */
export interface ReadonlyStore<T> {
  /** @param key `namespace/name`, or `name` for a cluster-scoped object */
  get(key: string): T | undefined;
  has(key: string): boolean;
  list(): T[];
  /**
   * The objects that an index has under a key, in no order.
   *
   * @throws Error when there is no index of this name
   */
  byIndex(index: string, key: string): T[];
  readonly size: number;
}

/** Objects by the keys that a function gives them. */
class Index<T> {
  readonly #keysOf: IndexFunction<T>;
  readonly #byKey = new Map<string, Set<T>>();

  constructor(keysOf: IndexFunction<T>) {
    this.#keysOf = keysOf;
  }

  get(key: string): T[] {
    return [...(this.#byKey.get(key) ?? [])];
  }

  /** Puts an object in the place of an older one, of which either may be none. */
  replace(old: T | undefined, object: T | undefined): void {
    if (old !== undefined) {
      for (const key of this.#keysOf(old)) {
        const objects = this.#byKey.get(key);
        objects?.delete(old);
        if (objects?.size === 0) this.#byKey.delete(key);
      }
    }
    if (object === undefined) return;
    for (const key of this.#keysOf(object)) {
      const objects = this.#byKey.get(key);
      if (objects === undefined) this.#byKey.set(key, new Set([object]));
      else objects.add(object);
    }
  }
}

/** Deleted objects whose version is remembered, so that a late event cannot bring them back. */
const maxTombstones = 1000;

/**
 * A collection's objects by key, as a list and the events of watches describe them. An event that
 * is older than what is known of its object (by uid and resourceVersion) changes nothing.
 */
export class Store<T extends KubeObject> implements ReadonlyStore<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  /** resourceVersion at which an object was seen to be gone, by uid. */
  readonly #tombstones = new Map<string, string>();
  /** resourceVersion of the last complete list: it holds whatever happened up to then. */
  #listedAt: string | undefined;

  constructor(indexes: Indexes<T> = {}) {
    for (const [name, keysOf] of Object.entries(indexes)) {
      this.#indexes.set(name, new Index(keysOf));
    }
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  has(key: string): boolean {
    return this.#objects.has(key);
  }

  list(): T[] {
    return [...this.#objects.values()];
  }

  byIndex(index: string, key: string): T[] {
    const found = this.#indexes.get(index);
    if (found === undefined) throw new Error(`this store has no index ${index}`);
    return found.get(key);
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
      if (!isAtOrBefore(goneAt, resourceVersion)) this.#tombstones.delete(uid);
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
    if ([this.#listedAt, known, gone].some((other) => isAtOrBefore(resourceVersion, other)))
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
    const late = [this.#listedAt, known].some((other) => isAtOrBefore(resourceVersion, other));
    if (late && resourceVersion !== known) return [];
    return [this.#remove(key, object, old, resourceVersion)];
  }

  #put(key: string, object: T): Change<T>[] {
    const old = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) index.replace(old, object);
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
    for (const index of this.#indexes.values()) index.replace(old, undefined);
    this.#bury(object, resourceVersion);
    return { type: 'deleted', object, old };
  }

  #bury(object: T, resourceVersion: string | undefined): void {
    const { uid } = object.metadata;
    if (uid === undefined || resourceVersion === undefined) return;
    this.#tombstones.delete(uid);
    this.#tombstones.set(uid, resourceVersion);
    if (this.#tombstones.size > maxTombstones) {
      const [oldest] = this.#tombstones.keys();
      this.#tombstones.delete(oldest!);
    }
  }
}
