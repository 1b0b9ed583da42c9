import { isDeepStrictEqual } from 'node:util';
import type { KubeClient } from '../../../kube/client/client.ts';
import { isConflict, isNotFound } from '../../../kube/api/errors.ts';
import type { Pod, PodStatus } from './pod-types.ts';
import { pods } from '../resources.ts';

/** Writes the status of one pod when it says something new. */
export class PodStatusWriter {
  readonly #client: KubeClient;
  #written: PodStatus | undefined;

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** @returns the pod as it is afterwards; undefined when nothing was written */
  async write({ metadata, status: seen }: Pod, status: PodStatus): Promise<Pod | undefined> {
    const isWritten = isDeepStrictEqual(withoutTimes(status), withoutTimes(this.#written));
    if (isWritten && !isOverwritten(seen, status)) return undefined;
    const { name, namespace, uid } = metadata;
    try {
      const patch = { metadata: { uid }, status };
      const options = { type: 'merge', subresource: 'status' } as const;
      const after = await this.#client.patch<Pod>(pods, { name, namespace }, patch, options);
      this.#written = status;
      return after;
    } catch (error) {
      // Gone, or another pod of the same name: the watch will say so.
      if (!isNotFound(error) && !isConflict(error)) throw error;
      return undefined;
    }
  }
}

/**
 * Whether somebody else has changed a condition, as the node lifecycle controller does with Ready
 * when it has not heard of the node for a while.
 */
function isOverwritten(seen: PodStatus | undefined, written: PodStatus): boolean {
  const statusOf = ({ conditions }: PodStatus, type: string) =>
    conditions?.find((condition) => condition.type === type)?.status;
  return (
    seen !== undefined &&
    (written.conditions ?? []).some(({ type, status }) => statusOf(seen, type) !== status)
  );
}

/** Transition times follow from the rest, so that they alone are no reason to write. */
function withoutTimes(status: PodStatus | undefined): unknown {
  return (
    status && {
      ...status,
      conditions: status.conditions?.map((condition) => ({ ...condition, lastTransitionTime: '' })),
    }
  );
}
