import type { KubeClient } from '../../../kube/client/client.ts';
import type { Clock } from '../../../kube/runtime/clock.ts';
import type { Logger } from '../../../kube/runtime/logger.ts';
import { Reflector } from '../../../kube/cache/reflector.ts';
import type { DataKind, DataObject } from '../api/pod.ts';
import { configMaps, secrets } from '../api/resources.ts';

/** A pod's reference to a Secret or ConfigMap, which keeps the object cached. */
export interface ObjectHandle {
  /** Resolves after the first list: from then on, `get` reflects whether the object exists. */
  readonly synced: Promise<void>;
  /** The object, if it exists. */
  get(): DataObject | undefined;
  release(): void;
}

interface Entry {
  readonly reflector: Reflector<DataObject>;
  readonly synced: Promise<void>;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  readonly listeners: Set<() => void>;
}

/**
 * The Secrets and ConfigMaps that pods of this node refer to. Each has its own watch, because the
 * Node authorizer permits a kubelet to read no others.
 */
export class ObjectCache {
  readonly #entries = new Map<string, Entry>();
  readonly #options: { client: KubeClient; clock: Clock; log: Logger };

  constructor(options: { client: KubeClient; clock: Clock; log: Logger }) {
    this.#options = options;
  }

  /** @param onChange called after the object was created, updated or deleted */
  acquire(kind: DataKind, namespace: string, name: string, onChange: () => void): ObjectHandle {
    const id = `${kind}/${namespace}/${name}`;
    const entry = this.#entries.get(id) ?? this.#watch(kind, namespace, name);
    this.#entries.set(id, entry);
    const listener = () => {
      onChange();
    };
    entry.listeners.add(listener);
    return {
      synced: entry.synced,
      get: () => entry.reflector.store.get(`${namespace}/${name}`),
      release: () => {
        entry.listeners.delete(listener);
        if (entry.listeners.size > 0 || this.#entries.get(id) !== entry) return;
        this.#entries.delete(id);
        entry.stop.abort(new Error('released'));
      },
    };
  }

  async stop(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { stop } of entries) stop.abort(new Error('stopped'));
    await Promise.all(entries.map(({ ended }) => ended));
  }

  #watch(kind: DataKind, namespace: string, name: string): Entry {
    const listeners = new Set<() => void>();
    const stop = new AbortController();
    const reflector = new Reflector<DataObject>({
      ...this.#options,
      resource: kind === 'Secret' ? secrets : configMaps,
      namespace,
      fieldSelector: `metadata.name=${name}`,
      onChange: () => {
        for (const listener of listeners) listener();
      },
    });
    const ended = reflector.run(stop.signal);
    const synced = reflector.waitForSync(stop.signal);
    // Awaiting callers see the rejection; without callers it is ignored.
    synced.catch(() => undefined);
    return { reflector, synced, stop, ended, listeners };
  }
}
