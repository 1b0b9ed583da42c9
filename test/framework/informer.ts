import { Reflector, type KubeClient, type KubeObject, type Resource } from '../../kube/index.ts';
import { testNamespace } from './cluster.ts';

const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields: object, message: string) => {
    console.error(message, fields);
  },
};

/** A watch on the test namespace that is independent of those of the controller. */
export class Informer<T extends KubeObject> {
  readonly #reflector: Reflector<T>;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #checks = new Set<() => void>();
  readonly #matching = new Set<string>();

  /** @param matches selects the objects that {@link matchCount} counts */
  constructor(client: KubeClient, resource: Resource, matches: (object: T) => boolean) {
    this.#reflector = new Reflector<T>({
      client,
      resource,
      namespace: testNamespace,
      log,
      onChange: ({ type, object }) => {
        if (type !== 'deleted' && matches(object)) this.#matching.add(object.metadata.name);
        else this.#matching.delete(object.metadata.name);
        for (const check of this.#checks) check();
      },
    });
    this.#running = this.#reflector.run(this.#stop.signal);
  }

  waitForSync(): Promise<void> {
    return this.#reflector.waitForSync(this.#stop.signal);
  }

  get(name: string): T | undefined {
    return this.#reflector.store.get(`${testNamespace}/${name}`);
  }

  list(): T[] {
    return this.#reflector.store.list();
  }

  /** The number of objects that match. */
  get matchCount(): number {
    return this.#matching.size;
  }

  /**
   * Waits until `condition` holds; it is checked on every change.
   *
   * @returns performance.now() at the time of the change
   */
  waitUntil(condition: () => boolean): Promise<number> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#checks.delete(check);
        resolve(performance.now());
      };
      this.#checks.add(check);
      check();
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}
