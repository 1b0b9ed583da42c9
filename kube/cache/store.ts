import { formatKey, type KubeObject } from '../api/object.ts';
import { isAtOrBefore } from '../api/resource-version.ts';

/** A change of the store. */
export type Change<T> =
  | { readonly type: 'added'; readonly object: T; readonly old?: undefined }
  | { readonly type: 'updated'; readonly object: T; readonly old: T }
  /** `object` is the last known state. */
  | { readonly type: 'deleted'; readonly object: T; readonly old: T };

/** Returns the keys of an object in an index, such as that of its owner. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** Index functions by index name. */
export type Indexes<T> = Readonly<Record<string, IndexFunction<T>>>;

/** Read access to a {@link Store}. Its objects are shared: treat them as frozen. */
export interface ReadonlyStore<T> {
  /** @param key `namespace/name`, or `name` for a cluster-scoped object */
  get(key: string): T | undefined;
  has(key: string): boolean;
  list(): T[];
  /**
   * Returns the objects with a key in an index, in no particular order.
   *
   * @throws Error if the store has no index of this name
   */
  byIndex(index: string, key: string): T[];
  readonly size: number;
}

/** Objects by the keys that an index function returns. */
class Index<T> {
  readonly #keysOf: IndexFunction<T>;
  readonly #byKey = new Map<string, Set<T>>();

  constructor(keysOf: IndexFunction<T>) {
    this.#keysOf = keysOf;
  }

  get(key: string): T[] {
    return [...(this.#byKey.get(key) ?? [])];
  }

  /** Replaces an object. Without `old` the object is added, without `object` it is removed. */
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

/**
 * Maximum number of deleted objects whose version is stored, so that late events do not restore
 * them.
 */
const maxTombstones = 1000;

/**
 * The objects of a collection by key, from a list and the events of watches. Events that are older
 * than the stored state of their object (by uid and resourceVersion) are ignored.
 */
export class Store<T extends KubeObject> implements ReadonlyStore<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  /** resourceVersion of the deletion of an object, by uid. */
  readonly #tombstones = new Map<string, string>();
  /** resourceVersion of the last complete list, which includes all earlier events. */
  #listVersion: string | undefined;

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
    if (found === undefined)
      throw new Error(`the store has no index ${index}: add it to its indexes`);
    return found.get(key);
  }

  get size(): number {
    return this.#objects.size;
  }

  /**
   * Replaces the content with a complete list, whatever its version: after a restore from a backup,
   * a server counts from a lower version.
   *
   * @returns the changes
   */
  replace(objects: readonly T[], resourceVersion: string): Change<T>[] {
    const changes: Change<T>[] = [];
    const listed = new Map(objects.map((object) => [formatKey(object.metadata), object]));
    for (const [key, old] of this.#objects) {
      if (!listed.has(key)) changes.push(this.#remove(key, old, old, resourceVersion));
    }
    for (const [uid, version] of this.#tombstones) {
      if (!isAtOrBefore(version, resourceVersion)) this.#tombstones.delete(uid);
    }
    this.#listVersion = resourceVersion;
    for (const [key, object] of listed) changes.push(...this.#put(key, object));
    return changes;
  }

  /** Applies an ADDED or MODIFIED event. @returns the changes */
  put(object: T): Change<T>[] {
    const { uid, resourceVersion } = object.metadata;
    const key = formatKey(object.metadata);
    const stored = this.#objects.get(key)?.metadata.resourceVersion;
    const deleted = this.#tombstones.get(uid ?? '');
    const versions = [this.#listVersion, stored, deleted];
    if (versions.some((version) => isAtOrBefore(resourceVersion, version))) return [];
    return this.#put(key, object);
  }

  /** Applies a DELETED event. @returns the changes */
  delete(object: T): Change<T>[] {
    const { uid, resourceVersion } = object.metadata;
    const key = formatKey(object.metadata);
    const old = this.#objects.get(key);
    if (old === undefined || old.metadata.uid !== uid) return [];
    const stored = old.metadata.resourceVersion;
    const versions = [this.#listVersion, stored];
    const isLate = versions.some((version) => isAtOrBefore(resourceVersion, version));
    // An object that left the selection is DELETED with the version of its last change.
    if (isLate && resourceVersion !== stored) return [];
    return [this.#remove(key, object, old, resourceVersion)];
  }

  #put(key: string, object: T): Change<T>[] {
    const old = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const index of this.#indexes.values()) index.replace(old, object);
    if (old === undefined) return [{ type: 'added', object }];
    if (old.metadata.uid !== object.metadata.uid) {
      this.#addTombstone(old, object.metadata.resourceVersion);
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
    this.#addTombstone(object, resourceVersion);
    return { type: 'deleted', object, old };
  }

  #addTombstone(object: T, resourceVersion: string | undefined): void {
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
