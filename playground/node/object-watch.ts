import { backoffDelay } from '../../kube/backoff.ts';
import type { KubeClient, Selection } from '../../kube/client.ts';
import { sleep } from '../../kube/clock.ts';
import type { Clock } from '../../kube/clock.ts';
import { isGone } from '../../kube/errors.ts';
import type { Logger } from '../../kube/logger.ts';
import { formatKey } from '../../kube/object.ts';
import type { KubeObject, Resource } from '../../kube/object.ts';

const BACKOFF = { initial: 50, max: 5_000 };

export interface ObjectWatchOptions<T> {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly resource: Resource;
  readonly selection: Selection;
  /** Called after the object in the store changed; with no object when it is gone. */
  readonly onChange: (key: string, object: T | undefined, before: T | undefined) => void;
}

/** Keeps a copy of selected objects: lists them, watches on, and begins anew after any error. */
export class ObjectWatch<T extends KubeObject> {
  readonly #options: ObjectWatchOptions<T>;
  readonly #stop = new AbortController();
  readonly #objects = new Map<string, T>();
  readonly #ended: Promise<void>;
  /** Resolves after the first list. */
  readonly synced: Promise<void>;

  constructor(options: ObjectWatchOptions<T>) {
    this.#options = options;
    let onSynced: () => void = () => undefined;
    this.synced = new Promise((resolve) => {
      onSynced = resolve;
    });
    this.#ended = this.#run(() => {
      onSynced();
    });
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    await this.#ended;
  }

  #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #run(onSynced: () => void): Promise<void> {
    const { clock, log, resource } = this.#options;
    let failures = 0;
    let version: string | undefined;
    while (!this.#isStopped()) {
      try {
        if (version === undefined) {
          version = await this.#list();
          onSynced();
        }
        failures = 0;
        for await (version of this.#watch(version));
      } catch (err) {
        if (isGone(err)) version = undefined;
        failures += 1;
        if (!this.#isStopped())
          log.debug({ err, resource: resource.plural }, 'watch ended, will be resumed');
        if (failures > 3) version = undefined;
        const delay = backoffDelay(BACKOFF, failures, Math.random);
        await sleep(clock, delay, this.#stop.signal).catch(() => undefined);
      }
    }
  }

  async #list(): Promise<string> {
    const { client, resource, selection } = this.#options;
    const list = await client.list<T>(resource, { ...selection, signal: this.#stop.signal });
    const listed = new Map(list.items.map((item) => [formatKey(item.metadata), item]));
    for (const key of [...this.#objects.keys()]) if (!listed.has(key)) this.#set(key, undefined);
    for (const [key, object] of listed) this.#set(key, object);
    return list.metadata.resourceVersion;
  }

  async *#watch(resourceVersion: string): AsyncGenerator<string> {
    const { client, resource, selection } = this.#options;
    const options = { ...selection, resourceVersion, signal: this.#stop.signal };
    for await (const event of client.watch<T>(resource, options)) {
      if (event.type !== 'BOOKMARK') {
        const key = formatKey(event.object.metadata);
        this.#set(key, event.type === 'DELETED' ? undefined : event.object);
      }
      yield event.object.metadata.resourceVersion!;
    }
  }

  #set(key: string, object: T | undefined): void {
    const before = this.#objects.get(key);
    if (before?.metadata.resourceVersion === object?.metadata.resourceVersion) return;
    if (object) this.#objects.set(key, object);
    else this.#objects.delete(key);
    this.#options.onChange(key, object, before);
  }
}
