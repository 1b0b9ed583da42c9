import type { KubeClient } from '../../kube/client/client.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import { MutationCache } from '../../kube/cache/mutation-cache.ts';
import type { KubeObject, Resource } from '../../kube/api/object.ts';
import { Reflector, type ReflectorOptions } from '../../kube/cache/reflector.ts';

/** What every {@link KindCache} works with. */
export interface NetworkCacheProps {
  readonly client: KubeClient;
  readonly log: Logger;
  /** The only namespace to watch. @default every one */
  readonly namespace?: string | undefined;
  /** Told the key of the network whose object changed. */
  readonly onChange: (networkKey: string) => void;
}

/** What is watched, and how it is kept. */
export interface CachedKind<T extends KubeObject> extends Pick<
  ReflectorOptions<T>,
  'labelSelector' | 'indexes'
> {
  readonly resource: Resource;
  /** Key of the network that an object is of. */
  readonly networkKey: (object: T) => string;
  /** Leaves out what the controller does not read. */
  readonly transform: (object: T) => T;
}

/** One watched kind, with the controller's own writes mixed in. */
export class KindCache<T extends KubeObject> {
  readonly resource: Resource;
  readonly reflector: Reflector<T>;
  readonly #cache: MutationCache<T>;
  readonly #transform: (object: T) => T;

  constructor({ onChange, ...props }: NetworkCacheProps, { networkKey, ...kind }: CachedKind<T>) {
    this.resource = kind.resource;
    this.#transform = kind.transform;
    this.reflector = new Reflector<T>({
      ...props,
      ...kind,
      onChange: ({ type, object }) => {
        if (type === 'deleted') this.#cache.forget(object);
        onChange(networkKey(object));
      },
    });
    this.#cache = new MutationCache(this.reflector.store);
  }

  get(key: string): T | undefined {
    return this.#cache.get(key);
  }

  /** Takes an answer of the API server, as a whole. */
  record(object: KubeObject): void {
    this.#cache.record(this.#transform(object as T));
  }
}
