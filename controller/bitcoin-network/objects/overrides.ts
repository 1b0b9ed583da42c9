import type { KubeObject } from '../../../kube/api/object.ts';

/**
 * What admission made of an object that the controller applied: a policy or a webhook set some of
 * the applied fields to other values.
 */
export interface Override {
  /** Digest of the object as it was sent. */
  readonly desired: string;
  /** Digest of the applied fields in the API server's response. */
  readonly live: string;
  /** Digest of the pod template, both as it was sent and in the response. */
  readonly template: string;
  /** The fields that have other values in the response. */
  readonly paths: readonly string[];
}

/** In a rollout, a reconcile applies an object with two update partitions in turn. */
const maxPerObject = 2;

/**
 * The objects that admission changes. The same apply would have the same response, so the
 * controller repeats it only after the desired or the live object changed.
 */
export class Overrides {
  readonly #networks = new Map<string, Map<string, readonly Override[]>>();

  /** Returns the overrides of an object, the newest first. */
  of(networkKey: string, object: KubeObject): readonly Override[] {
    return this.#networks.get(networkKey)?.get(titleOf(object)) ?? [];
  }

  add(networkKey: string, object: KubeObject, override: Override): void {
    const objects = this.#networks.get(networkKey) ?? new Map<string, readonly Override[]>();
    const others = this.of(networkKey, object).filter(
      ({ desired }) => desired !== override.desired,
    );
    objects.set(titleOf(object), [override, ...others].slice(0, maxPerObject));
    this.#networks.set(networkKey, objects);
  }

  /** Removes the overrides of an object that was stored as it was sent. */
  remove(networkKey: string, object: KubeObject): void {
    const objects = this.#networks.get(networkKey);
    if (objects?.delete(titleOf(object)) && objects.size === 0) this.delete(networkKey);
  }

  /** Removes all overrides of a network. */
  delete(networkKey: string): void {
    this.#networks.delete(networkKey);
  }
}

/** Returns the kind and name of an object. */
export function titleOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}
