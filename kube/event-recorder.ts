import type { KubeClient } from './client.ts';
import { formatMicroTime, systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';
import { formatKey } from './object.ts';
import type { KubeObject, Resource } from './object.ts';

/** Something that happened to an object, for the person who reads `kubectl describe`. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  /** Why: one CamelCase word from a fixed set, at most 128 characters. */
  readonly reason: string;
  /** What the controller did or tried: one CamelCase word, at most 128 characters. */
  readonly action: string;
  /** For a person; cut off at 1024 bytes of UTF-8. */
  readonly note: string;
}

export interface EventRecorderOptions {
  readonly client: KubeClient;
  /** Name of the controller, such as `example.com/widget-controller`. */
  readonly reportingController: string;
  /** Which of its instances: the pod's name, at most 128 characters. */
  readonly reportingInstance: string;
  readonly log: Logger;
  /** Events that may wait to be sent; more are dropped. @default 1000 */
  readonly capacity?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

export const EVENTS: Resource = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

/** The API server refuses longer notes. */
const MAX_NOTE_BYTES = 1024;
/** Of an object's name; with a dot, 13 digits of time and a counter an Event's stays below 253. */
const MAX_NAME_PREFIX = 220;

/**
 * Records Events without being waited for: they are sent in the background one at a time, a failure
 * is logged and the Event given up.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #queue: KubeObject[] = [];
  #sending: Promise<void> | undefined;
  #count = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#clock = options.clock ?? systemClock;
  }

  /** Records an Event about an object. Returns at once and never throws. */
  record(regarding: KubeObject, note: EventNote): void {
    if (this.#queue.length >= (this.#options.capacity ?? 1000)) {
      const key = formatKey(regarding.metadata);
      this.#log.warn({ key, reason: note.reason }, 'event dropped, too many wait to be sent');
      return;
    }
    this.#queue.push(this.#toEvent(regarding, note));
    this.#sending ??= this.#send();
  }

  /** Waits until every Event recorded so far was sent or given up. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      try {
        await this.#options.client.create(EVENTS, event);
      } catch (err) {
        this.#log.warn({ err, event }, 'event could not be recorded');
      }
    }
    this.#sending = undefined;
  }

  #toEvent(regarding: KubeObject, note: EventNote): KubeObject & Record<string, unknown> {
    const { apiVersion, kind, metadata } = regarding;
    const { name, namespace, uid, resourceVersion } = metadata;
    const now = this.#clock.now();
    const unique = `${now.toString(16)}${(this.#count++).toString(16).padStart(4, '0')}`;
    return {
      apiVersion: EVENTS.apiVersion,
      kind: EVENTS.kind,
      metadata: {
        name: `${name.slice(0, MAX_NAME_PREFIX)}.${unique}`,
        // Events about cluster-scoped objects are kept in the default namespace.
        namespace: namespace ?? 'default',
      },
      eventTime: formatMicroTime(now),
      reportingController: this.#options.reportingController,
      reportingInstance: this.#options.reportingInstance,
      regarding: { apiVersion, kind, name, namespace, uid, resourceVersion },
      type: note.type,
      reason: note.reason,
      action: note.action,
      note: truncate(note.note, MAX_NOTE_BYTES),
    };
  }
}

/** Cuts text to so many bytes of UTF-8, between characters, and shows the cut. */
function truncate(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  const ellipsis = '...';
  let end = maxBytes - ellipsis.length;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString() + ellipsis;
}
