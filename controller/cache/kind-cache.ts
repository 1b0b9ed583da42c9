import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, Resource } from '../../kube/api/object.ts';
import { MutationCache } from '../../kube/cache/mutation-cache.ts';
import { Reflector, type ReflectorOptions } from '../../kube/cache/reflector.ts';
import type { KubeClient } from '../../kube/client/client.ts';
import type { Metrics } from '../../kube/metrics/metrics.ts';
import type { Logger } from '../../kube/runtime/logger.ts';

/** The options that the caches of all kinds share. */
export interface CacheOptions {
  readonly client: KubeClient;
  readonly log: Logger;
  /** The only namespace to watch. @default all namespaces */
  readonly namespace?: string | undefined;
  /** Receives the events of the reflectors. @default none */
  readonly metrics?: Metrics | undefined;
  /** Receives the key of the network whose object changed. */
  readonly onChange: (networkKey: string) => void;
}

/** A kind to watch, and the parts of its objects to cache. */
export interface CachedKind<T extends KubeObject> extends Pick<
  ReflectorOptions<T>,
  'labelSelector' | 'indexes'
> {
  readonly resource: Resource;
  /** Returns the key of the network that an object belongs to. */
  readonly networkKey: (object: T) => string;
  /**
   * Returns the inputs of a reconcile that a write by the controller may carry along without having
   * acted on them. If they differ from those stored before, the network is reconciled.
   * @default none: a reconcile has acted on everything in the response to its write
   */
  readonly inputsOf?: (object: T) => unknown;
  /** Removes the fields that the controller does not read. */
  readonly transform: (object: T) => T;
}

/** The objects of one kind, updated by a watch and by the controller's own writes. */
export class KindCache<T extends KubeObject> {
  readonly resource: Resource;
  readonly reflector: Reflector<T>;
  readonly #cache: MutationCache<T>;
  readonly #transform: (object: T) => T;

  constructor(
    { onChange, ...options }: CacheOptions,
    { networkKey, inputsOf = () => undefined, ...kind }: CachedKind<T>,
  ) {
    this.resource = kind.resource;
    this.#transform = kind.transform;
    this.reflector = new Reflector<T>({
      ...options,
      ...kind,
      onChange: ({ type, object, old }) => {
        if (type === 'deleted') this.#cache.forget(object);
        // An object whose label changed concerns both networks.
        if (old && networkKey(old) !== networkKey(object)) onChange(networkKey(old));
        const isOwnWrite = type !== 'deleted' && this.#cache.isWritten(object);
        if (isOwnWrite && (!old || isDeepStrictEqual(inputsOf(old), inputsOf(object)))) return;
        onChange(networkKey(object));
      },
    });
    this.#cache = new MutationCache(this.reflector.store);
  }

  /** @param key `namespace/name` */
  get(key: string): T | undefined {
    return this.#cache.get(key);
  }

  /** Returns the objects with a key in an index; the controller's own writes may be missing. */
  byIndex(index: string, key: string): T[] {
    return this.reflector.store.byIndex(index, key);
  }

  /** Stores an object that the API server returned, until the watch delivers it. */
  record(object: KubeObject): void {
    this.#cache.record(this.#transform(object as T));
  }
}
