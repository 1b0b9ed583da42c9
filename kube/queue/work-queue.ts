import { backoffDelay, type Backoff } from '../runtime/backoff.ts';
import { systemClock, type Clock } from '../runtime/clock.ts';
import { ConflictError, TerminalError, isConflict } from '../api/errors.ts';
import { livenessTimeout, queueHealthy } from '../health/checks.ts';
import type { HealthCheck } from '../health/server.ts';
import type { Logger } from '../runtime/logger.ts';

/** A reconcile's wish to be called again though nothing changed. */
export interface RequeueAfter {
  /** Milliseconds from its end. */
  readonly requeueAfter: number;
}

/**
 * Brings what the key names to its desired state. What it throws decides what follows:
 * TerminalError: nothing, until the key is added again; ConflictError or a 409 of the API server:
 * the next call at once; anything else: a call with backoff.
 *
 * @param signal aborted when a shutdown waits no longer
 */
export type Reconcile = (
  key: string,
  signal: AbortSignal,
) => Promise<RequeueAfter | undefined> | Promise<void>;

export interface WorkQueueOptions {
  readonly reconcile: Reconcile;
  readonly log: Logger;
  /** Keys processed at a time. @default 4 */
  readonly concurrency?: number;
  /** @default 100 ms to 5 minutes */
  readonly backoff?: Backoff;
  /**
   * Milliseconds that running reconciles have after the stop before their signal is aborted.
   *
   * @default 10_000
   */
  readonly shutdownTimeout?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default Math.random */
  readonly random?: () => number;
}

interface Timer {
  readonly at: number;
  readonly cancel: () => void;
}

/**
 * After so many failures in a row a conflict too waits: the state it works on seems not to follow.
 */
const conflictsAtOnce = 5;

/**
 * Calls a reconcile for every key that is added: a key queued twice is processed once, never twice
 * at a time, and again if it was added meanwhile, so that the last call always began after the last
 * add. Keys are processed in the order in which they were added.
 */
export class WorkQueue {
  readonly #reconcile: Reconcile;
  readonly #log: Logger;
  readonly #concurrency: number;
  readonly #backoff: Backoff;
  readonly #shutdownTimeout: number;
  readonly #clock: Clock;
  readonly #random: () => number;

  readonly #ready = new Set<string>();
  readonly #running = new Map<string, { readonly done: Promise<void>; readonly since: number }>();
  /** Running keys that were added meanwhile. */
  readonly #dirty = new Set<string>();
  readonly #delayed = new Map<string, Timer>();
  /** The call that the last one's outcome asked for: a retry or a requeueAfter. */
  readonly #followUps = new Map<string, Timer>();
  readonly #failures = new Map<string, number>();
  readonly #abort = new AbortController();
  #state: 'created' | 'running' | 'stopped' = 'created';
  #pumping = false;

  constructor(options: WorkQueueOptions) {
    this.#reconcile = options.reconcile;
    this.#log = options.log;
    this.#concurrency = options.concurrency ?? 4;
    this.#backoff = options.backoff ?? { initial: 100, max: 300_000 };
    this.#shutdownTimeout = options.shutdownTimeout ?? 10_000;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  /** Keys that wait for a free place. */
  get length(): number {
    return this.#ready.size;
  }

  /** Milliseconds for which the oldest of the running reconciles has run; 0 when none does. */
  get longestRun(): number {
    // In the order in which they began.
    const [oldest] = this.#running.values();
    return oldest === undefined ? 0 : this.#clock.now() - oldest.since;
  }

  /** Fails if a reconcile has been running for 10 minutes. */
  get healthz(): readonly HealthCheck[] {
    return [queueHealthy(this, livenessTimeout)];
  }

  /**
   * Processes keys until the signal is aborted, then waits for the running ones. Keys added before
   * wait for it; those added after the abort, or still waiting then, are dropped.
   *
   * @throws Error when it was called before
   */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#state !== 'created') throw new Error('a work queue runs once');
    this.#state = 'running';
    this.#pump();
    if (!signal.aborted) {
      await new Promise<void>((resolve) => {
        signal.addEventListener(
          'abort',
          () => {
            resolve();
          },
          { once: true },
        );
      });
    }
    await this.#shutdown(signal.reason);
  }

  /** Queues a key, now. */
  add(key: string): void {
    if (this.#state === 'stopped') return;
    if (this.#running.has(key)) this.#dirty.add(key);
    else this.#ready.add(key);
    this.#pump();
  }

  /** Queues a key after `delay` milliseconds; of several such adds the earliest counts. */
  addAfter(key: string, delay: number): void {
    if (this.#state === 'stopped') return;
    const at = this.#clock.now() + delay;
    const pending = this.#delayed.get(key);
    if (pending !== undefined && pending.at <= at) return;
    this.#setTimer(this.#delayed, key, delay);
  }

  /** Queues a key as after a failed reconcile: later with every call until {@link forget}. */
  addRateLimited(key: string): void {
    if (this.#state === 'stopped') return;
    this.#setTimer(this.#followUps, key, this.#nextDelay(key));
  }

  /** Clears a key's failures and drops its retry or requeueAfter, as for an object that is gone. */
  forget(key: string): void {
    this.#failures.delete(key);
    this.#cancelFollowUp(key);
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    // Later, so that add() returns before a reconcile begins; and in a turn of its own, for thousands
    // of reconciles that wait for nothing would keep timers and sockets, the Lease's too, from theirs.
    setImmediate(() => {
      this.#pumping = false;
      if (this.#state !== 'running') return;
      for (const key of this.#ready) {
        if (this.#running.size >= this.#concurrency) break;
        this.#ready.delete(key);
        this.#running.set(key, { since: this.#clock.now(), done: this.#process(key) });
      }
    });
  }

  async #process(key: string): Promise<void> {
    this.#cancelFollowUp(key);
    try {
      const result = await this.#reconcile(key, this.#abort.signal);
      this.#failures.delete(key);
      if (result && this.#state === 'running') {
        this.#setTimer(this.#followUps, key, result.requeueAfter);
      }
    } catch (error) {
      if (this.#state === 'running') this.#onFailure(key, error);
    } finally {
      this.#running.delete(key);
      if (this.#dirty.delete(key)) this.add(key);
      this.#pump();
    }
  }

  #onFailure(key: string, err: unknown): void {
    if (err instanceof TerminalError) {
      this.#failures.delete(key);
      this.#log.error({ err, key }, 'reconcile failed, not retried');
      return;
    }
    const delay = this.#nextDelay(key);
    const failures = this.#failures.get(key)!;
    const conflict = err instanceof ConflictError || isConflict(err);
    if (conflict && failures <= conflictsAtOnce) {
      this.#log.debug({ err, key }, 'reconcile met a conflict, run again at once');
      this.#dirty.add(key);
      return;
    }
    this.#log.warn({ err, key, failures, delay }, 'reconcile failed, retried');
    this.#setTimer(this.#followUps, key, delay);
  }

  /** Counts a failure. */
  #nextDelay(key: string): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return backoffDelay(this.#backoff, failures, this.#random);
  }

  /** Sets or replaces a key's timer. */
  #setTimer(timers: Map<string, Timer>, key: string, delay: number): void {
    timers.get(key)?.cancel();
    const cancel = this.#clock.setTimer(() => {
      timers.delete(key);
      this.add(key);
    }, delay);
    timers.set(key, { at: this.#clock.now() + delay, cancel });
  }

  #cancelFollowUp(key: string): void {
    this.#followUps.get(key)?.cancel();
    this.#followUps.delete(key);
  }

  async #shutdown(reason: unknown): Promise<void> {
    this.#state = 'stopped';
    for (const timers of [this.#delayed, this.#followUps]) {
      for (const { cancel } of timers.values()) cancel();
      timers.clear();
    }
    this.#ready.clear();
    this.#dirty.clear();
    const cancelTimer = this.#clock.setTimer(() => {
      this.#abort.abort(reason);
    }, this.#shutdownTimeout);
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    cancelTimer();
  }
}
