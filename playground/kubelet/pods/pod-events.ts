import type { KubeClient } from '../../../kube/client/client.ts';
import type { Clock } from '../../../kube/runtime/clock.ts';
import { isNotFound } from '../../../kube/api/errors.ts';
import type { Logger } from '../../../kube/runtime/logger.ts';
import type { KubeObject } from '../../../kube/api/object.ts';
import type { Pod } from '../api/pod.ts';
import { events } from '../api/resources.ts';

interface EventObject extends KubeObject {
  readonly [field: string]: unknown;
  readonly count: number;
}

/** Events remembered, so that a repetition only increments a count. */
const maxRemembered = 1000;
/** Events in the queue. Further events are dropped: they are best effort. */
const maxQueued = 1000;

/**
 * Records Events about pods like a kubelet: in core/v1, with a count for repetitions. It sends them
 * one at a time, so that they do not delay the requests that pods wait for.
 */
export class PodEvents {
  readonly #options: { client: KubeClient; clock: Clock; log: Logger; nodeName: string };
  readonly #remembered = new Map<string, EventObject>();
  #queued = 0;
  #tail: Promise<void> = Promise.resolve();

  constructor(options: { client: KubeClient; clock: Clock; log: Logger; nodeName: string }) {
    this.#options = options;
  }

  /** @param fieldPath the container that the event is about, such as `spec.containers{bitcoind}` */
  emit(
    pod: Pod,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    fieldPath?: string,
  ): void {
    if (this.#queued >= maxQueued) return;
    this.#queued += 1;
    const time = this.#options.clock.now();
    this.#tail = this.#tail.then(async () => {
      try {
        await this.#write(pod, type, reason, message, fieldPath, time);
      } catch (err) {
        this.#options.log.debug(
          { err, pod: pod.metadata.name, reason },
          'failed to record an event',
        );
      } finally {
        this.#queued -= 1;
      }
    });
  }

  /** Waits until every event so far was sent or has failed. */
  flush(): Promise<void> {
    return this.#tail;
  }

  async #write(
    pod: Pod,
    type: string,
    reason: string,
    message: string,
    fieldPath: string | undefined,
    time: number,
  ): Promise<void> {
    const { client, nodeName } = this.#options;
    const id = JSON.stringify([pod.metadata.uid, type, reason, message, fieldPath]);
    const lastTimestamp = new Date(time).toISOString().replace(/\.\d+/, '');
    const repeated = this.#remembered.get(id);
    if (repeated) {
      try {
        const patch = { count: repeated.count + 1, lastTimestamp };
        this.#remember(
          id,
          await client.patch<EventObject>(events, repeated.metadata, patch, { type: 'merge' }),
        );
        return;
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
    const { name, namespace, uid, resourceVersion } = pod.metadata;
    const event: EventObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${time.toString(16)}${randomSuffix()}`, namespace },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Pod',
        name,
        namespace,
        uid,
        resourceVersion,
        fieldPath,
      },
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: lastTimestamp,
      lastTimestamp,
      source: { component: 'kubelet', host: nodeName },
      reportingComponent: 'kubelet',
      reportingInstance: nodeName,
    };
    this.#remember(id, await client.create<EventObject>(events, event));
  }

  #remember(id: string, event: EventObject): void {
    this.#remembered.delete(id);
    this.#remembered.set(id, event);
    if (this.#remembered.size > maxRemembered)
      this.#remembered.delete(this.#remembered.keys().next().value!);
  }
}

function randomSuffix(): string {
  return Math.floor(Math.random() * 0x100000000)
    .toString(16)
    .padStart(8, '0');
}
