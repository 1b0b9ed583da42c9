import { isDeepStrictEqual } from 'node:util';
import type { KubeClient } from '../../../kube/client/client.ts';
import { isConflict, isNotFound } from '../../../kube/api/errors.ts';
import type { Pod, PodStatus } from '../api/pod.ts';
import { pods } from '../api/resources.ts';

/** Writes the status of one pod if it has changed. */
export class PodStatusWriter {
  readonly #client: KubeClient;
  #written: PodStatus | undefined;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** @returns the updated pod, or undefined if nothing was written */
  async write({ metadata, status: observed }: Pod, status: PodStatus): Promise<Pod | undefined> {
    const isWritten = isDeepStrictEqual(withoutTimes(status), withoutTimes(this.#written));
    if (isWritten && !isOverwritten(observed, status)) return undefined;
    const { name, namespace, uid } = metadata;
    try {
      const patch = { metadata: { uid }, status };
      const options = { type: 'merge', subresource: 'status' } as const;
      const updated = await this.#client.patch<Pod>(pods, { name, namespace }, patch, options);
      this.#written = status;
      return updated;
    } catch (error) {
      // The pod was deleted or replaced by another of the same name; a watch event follows.
      if (!isNotFound(error) && !isConflict(error)) throw error;
      return undefined;
    }
  }
}

/**
 * Whether another component has changed a condition, like the node lifecycle controller, which sets
 * Ready to False after the node has missed its heartbeats.
 */
function isOverwritten(observed: PodStatus | undefined, written: PodStatus): boolean {
  const statusOf = ({ conditions }: PodStatus, type: string) =>
    conditions?.find((condition) => condition.type === type)?.status;
  return (
    observed !== undefined &&
    (written.conditions ?? []).some(({ type, status }) => statusOf(observed, type) !== status)
  );
}

/** A copy without transition times, which alone are no reason to write. */
function withoutTimes(status: PodStatus | undefined): unknown {
  return (
    status && {
      ...status,
      conditions: status.conditions?.map((condition) => ({ ...condition, lastTransitionTime: '' })),
    }
  );
}
