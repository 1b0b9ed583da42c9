import type { DataKind, DataObject, Pod } from '../api/pod.ts';
import type { ObjectCache, ObjectHandle } from '../references/object-cache.ts';
import { podReferences } from './pod-references.ts';

/** The Secrets and ConfigMaps that one pod refers to, cached as long as the pod exists. */
export class PodObjects {
  readonly #handles = new Map<string, ObjectHandle>();

  /** @param onChange called after one of the objects was created, updated or deleted */
  constructor(pod: Pod, cache: ObjectCache, onChange: () => void) {
    const { namespace } = pod.metadata;
    for (const [kind, name] of podReferences(pod)) {
      this.#handles.set(`${kind}/${name}`, cache.acquire(kind, namespace, name, onChange));
    }
  }

  /** Waits until `lookup` reflects which objects exist. */
  async waitForSync(): Promise<void> {
    await Promise.all([...this.#handles.values()].map(({ synced }) => synced));
  }

  lookup(kind: DataKind, name: string): DataObject | undefined {
    return this.#handles.get(`${kind}/${name}`)?.get();
  }

  release(): void {
    for (const handle of this.#handles.values()) handle.release();
    this.#handles.clear();
  }
}
