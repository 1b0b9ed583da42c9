import type { KubeClient } from '../client/client.ts';
import { formatMicroTime, systemClock, type Clock } from '../runtime/clock.ts';
import { isForbidden, isNotFound } from '../api/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { formatKey, type KubeObject, type ObjectKey, type Resource } from '../api/object.ts';
import { TokenBuckets } from './token-buckets.ts';

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
  /** Events and counts that may wait to be sent; more are dropped. @default 1000 */
  readonly capacity?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

export const events: Resource = {
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
};

/** The API server refuses longer notes. */
const maxNoteBytes = 1024;
/** Of an object's name; with a dot, 13 digits of time and a counter an Event's stays below 253. */
const maxNamePrefix = 220;

/** An Event that was recorded, and how often it was seen since. */
interface Series {
  /** Of the Event. */
  readonly key: ObjectKey;
  count: number;
  lastObserved: number;
  /** Whether the API server knows less than the last count. */
  hasUnsentCount: boolean;
  /** Ends the wait until the count may be sent. */
  cancelTimer: (() => void) | undefined;
}

/** An Event that comes again within this time, in ms, only counts: client-go's finishTime. */
const seriesWindow = 360_000;
/** Least milliseconds between two writes of a count. */
const seriesInterval = 60_000;
/** Series remembered, at up to 2 KB each. */
const maxSeries = 1000;
/**
 * New Events about one object: 25 at once, then one in 5 minutes, as client-go's spam filter has
 * it.
 */
const objectLimit = { burst: 25, interval: 300_000, capacity: 4096 };

/**
 * Records Events without being waited for: they are sent in the background one at a time, a failure
 * is logged and the Event given up.
 *
 * What repeats (same object, type, reason, action and note) becomes a series of the first Event, as
 * client-go's recorder for events.k8s.io makes it, whose count is patched: the second time after a
 * second, then once a minute at most. The rest is limited for each object, so that neither etcd nor
 * the reader of `kubectl describe` drowns.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #limits: TokenBuckets;
  readonly #queue: (() => Promise<void>)[] = [];
  readonly #series = new Map<string, Series>();
  #sending: Promise<void> | undefined;
  #count = 0;
  #mayPatch = true;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#clock = options.clock ?? systemClock;
    this.#limits = new TokenBuckets({ ...objectLimit, clock: this.#clock });
  }

  /** Records an Event about an object. Returns at once and never throws. */
  record(regarding: KubeObject, note: EventNote): void {
    const { kind, metadata } = regarding;
    const object = metadata.uid ?? `${kind} ${formatKey(metadata)}`;
    const { type, reason, action } = note;
    const id = JSON.stringify([object, type, reason, action, note.note]);
    const now = this.#clock.now();
    const series = this.#series.get(id);
    if (series !== undefined && now - series.lastObserved < seriesWindow) {
      series.count++;
      series.lastObserved = now;
      series.hasUnsentCount = true;
      series.cancelTimer ??= this.#sendCountAfter(
        id,
        series,
        series.count === 2 ? 1000 : seriesInterval,
      );
      return;
    }
    if (!this.#limits.take(object)) {
      this.#log.debug(
        { key: formatKey(metadata), reason },
        'event dropped, too many of this object',
      );
      return;
    }
    const event = this.#toEvent(regarding, note);
    const isQueued = this.#enqueue(async () => {
      try {
        await this.#options.client.create(events, event);
      } catch (err) {
        this.#forget(id);
        this.#log.warn({ err, event }, 'event could not be recorded');
      }
    });
    if (isQueued) this.#remember(id, event.metadata, now);
    else
      this.#log.warn(
        { key: formatKey(metadata), reason },
        'event dropped, too many wait to be sent',
      );
  }

  /** Waits until every Event and count recorded so far was sent or given up. */
  async flush(): Promise<void> {
    for (const [id, series] of this.#series) this.#sendCount(id, series);
    await this.#sending;
  }

  #remember(id: string, key: ObjectKey, lastSeen: number): void {
    this.#forget(id);
    this.#series.set(id, {
      key,
      count: 1,
      lastObserved: lastSeen,
      hasUnsentCount: false,
      cancelTimer: undefined,
    });
    if (this.#series.size <= maxSeries) return;
    const [oldest] = this.#series;
    this.#sendCount(...oldest!);
    this.#forget(oldest![0]);
  }

  #forget(id: string): void {
    this.#series.get(id)?.cancelTimer?.();
    this.#series.delete(id);
  }

  #sendCountAfter(id: string, series: Series, delay: number): () => void {
    return this.#clock.setTimer(() => {
      this.#sendCount(id, series);
    }, delay);
  }

  #sendCount(id: string, series: Series): void {
    series.cancelTimer?.();
    series.cancelTimer = undefined;
    if (!series.hasUnsentCount || !this.#mayPatch) return;
    series.hasUnsentCount = false;
    this.#enqueue(async () => {
      const { count, lastObserved: lastSeen } = series;
      const patch = { series: { count, lastObservedTime: formatMicroTime(lastObserved) } };
      try {
        await this.#options.client.patch(events, series.key, patch, { type: 'merge' });
      } catch (err) {
        // Without the right to patch, what repeats is left out and not counted.
        if (isForbidden(err)) this.#mayPatch = false;
        // Events last an hour; the next one begins a new series.
        if (isNotFound(err)) this.#forget(id);
        else this.#log.warn({ err, event: series.key }, 'repeated event could not be counted');
      }
    });
  }

  #enqueue(send: () => Promise<void>): boolean {
    if (this.#queue.length >= (this.#options.capacity ?? 1000)) return false;
    this.#queue.push(send);
    this.#sending ??= this.#sendAll();
    return true;
  }

  async #sendAll(): Promise<void> {
    for (let send = this.#queue.shift(); send !== undefined; send = this.#queue.shift()) {
      await send();
    }
    this.#sending = undefined;
  }

  #toEvent(regarding: KubeObject, note: EventNote): KubeObject & Record<string, unknown> {
    const { apiVersion, kind, metadata } = regarding;
    const { name, namespace, uid, resourceVersion } = metadata;
    const now = this.#clock.now();
    const unique = `${now.toString(16)}${(this.#count++).toString(16).padStart(4, '0')}`;
    return {
      apiVersion: events.apiVersion,
      kind: events.kind,
      metadata: {
        name: `${name.slice(0, maxNamePrefix)}.${unique}`,
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
      note: truncate(note.note, maxNoteBytes),
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
