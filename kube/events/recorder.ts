import { isForbidden, isNotFound } from '../api/errors.ts';
import { formatKey, type KubeObject, type ObjectKey } from '../api/object.ts';
import type { KubeClient } from '../client/client.ts';
import { formatMicroTime, systemClock, type Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { createEvent, events, type EventNote, type EventReporter } from './event.ts';
import { TokenBuckets } from './token-buckets.ts';

/** The options of {@link EventRecorder}. */
export interface EventRecorderOptions extends EventReporter {
  readonly client: KubeClient;
  readonly log: Logger;
  /** Maximum number of queued events and counts; more are dropped. @default 1000 */
  readonly capacity?: number;
  /** @default the system clock */
  readonly clock?: Clock;
}

/** A recorded Event and its repetitions. */
interface Series {
  /** The key of the Event. */
  readonly key: ObjectKey;
  count: number;
  lastObserved: number;
  hasUnsentCount: boolean;
  /** Cancels the timer that sends the count. */
  cancelTimer: (() => void) | undefined;
}

/** Milliseconds in which a repeated event is only counted: client-go's finishTime. */
const seriesWindow = 360_000;
/** Milliseconds after which the first repetition is sent. */
const firstCountDelay = 1_000;
/** Minimum milliseconds between two updates of a count. */
const seriesInterval = 60_000;
/** Maximum number of series in memory, at up to 2 KB each. */
const maxSeries = 1000;
/** New events about one object: 25 at once, then one in 5 minutes, as client-go's spam filter. */
const objectLimit = { burst: 25, interval: 300_000, capacity: 4096 };

/**
 * Records Events in the background, one request at a time. If an Event cannot be created, the
 * recorder logs the error and drops the Event.
 *
 * Repetitions (same object, type, reason, action and note) form a series with the first Event, as
 * in client-go's recorder for events.k8s.io. The count is patched a second after the first
 * repetition, then at most once a minute. Other events are limited per object, to protect etcd and
 * the readers of `kubectl describe`.
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
    const { type, reason, action } = note;
    const object = metadata.uid ?? `${kind} ${formatKey(metadata)}`;
    const id = JSON.stringify([object, type, reason, action, note.note]);
    const now = this.#clock.now();
    const series = this.#series.get(id);
    if (series !== undefined && now - series.lastObserved < seriesWindow) {
      this.#countRepetition(id, series, now);
      return;
    }
    const fields = { key: formatKey(metadata), reason };
    if (!this.#limits.take(object)) {
      this.#log.debug(fields, 'event dropped: too many events about this object');
      return;
    }
    const event = createEvent(regarding, note, this.#options, now, this.#count++);
    const isQueued = this.#enqueue(async () => {
      try {
        await this.#options.client.create(events, event);
      } catch (err) {
        this.#endSeries(id);
        this.#log.warn({ err, event }, 'failed to create the event, dropping it');
      }
    });
    if (isQueued) this.#startSeries(id, event.metadata, now);
    else this.#log.warn(fields, 'event dropped: the queue is full');
  }

  /** Waits until all recorded events and counts are sent or dropped. */
  async flush(): Promise<void> {
    for (const [id, series] of this.#series) this.#sendCount(id, series);
    await this.#sending;
  }

  #startSeries(id: string, key: ObjectKey, now: number): void {
    this.#endSeries(id);
    this.#series.set(id, {
      ...{ key, count: 1, lastObserved: now },
      ...{ hasUnsentCount: false, cancelTimer: undefined },
    });
    if (this.#series.size <= maxSeries) return;
    const [oldest] = this.#series;
    this.#sendCount(...oldest!);
    this.#endSeries(oldest![0]);
  }

  #countRepetition(id: string, series: Series, now: number): void {
    series.count++;
    series.lastObserved = now;
    series.hasUnsentCount = true;
    const delay = series.count === 2 ? firstCountDelay : seriesInterval;
    series.cancelTimer ??= this.#clock.setTimer(() => {
      this.#sendCount(id, series);
    }, delay);
  }

  #endSeries(id: string): void {
    this.#series.get(id)?.cancelTimer?.();
    this.#series.delete(id);
  }

  #sendCount(id: string, series: Series): void {
    series.cancelTimer?.();
    series.cancelTimer = undefined;
    if (!series.hasUnsentCount || !this.#mayPatch) return;
    series.hasUnsentCount = false;
    this.#enqueue(async () => {
      const { count, lastObserved } = series;
      const patch = { series: { count, lastObservedTime: formatMicroTime(lastObserved) } };
      try {
        await this.#options.client.patch(events, series.key, patch, { type: 'merge' });
      } catch (err) {
        // Without permission to patch, repetitions are dropped.
        if (isForbidden(err)) this.#mayPatch = false;
        // The API server deletes events after an hour; the next event starts a new series.
        if (isNotFound(err)) this.#endSeries(id);
        else this.#log.warn({ err, event: series.key }, 'failed to update the count of the event');
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
}
