import { backoffDelay, type Backoff } from '../runtime/backoff.ts';
import { systemClock, type Clock } from '../runtime/clock.ts';
import { ConflictError, TerminalError, isConflict } from '../api/errors.ts';
import { livenessTimeout, queueHealthy } from '../health/checks.ts';
import type { HealthCheck } from '../health/server.ts';
import {
  noMetrics,
  type Metrics,
  type QueueMetrics,
  type QueueState,
  type ReconcileResult,
} from '../metrics/metrics.ts';
import type { Logger } from '../runtime/logger.ts';
import { KeyTimers } from './key-timers.ts';

/** A reconcile result that requests another run. */
export interface RequeueAfter {
  /** Milliseconds from the end of this run. */
  readonly requeueAfter: number;
}

/**
 * Brings the object of a key to its desired state. The error that it throws determines the retry: a
 * TerminalError is not retried until the key is added again, a ConflictError or a 409 of the API
 * server is retried at once, and any other error with backoff.
 *
 * @param signal aborted when the shutdown timeout expires
 */
export type Reconcile = (
  key: string,
  signal: AbortSignal,
) => Promise<RequeueAfter | undefined> | Promise<void>;

/** The options of {@link WorkQueue}. */
export interface WorkQueueOptions {
  readonly reconcile: Reconcile;
  readonly log: Logger;
  /** Maximum number of concurrent reconciles. @default 4 */
  readonly concurrency?: number;
  /** Delays after failures. @default 100 ms to 5 minutes */
  readonly backoff?: Backoff;
  /**
   * Milliseconds from the stop of the queue until the signal of running reconciles is aborted.
   *
   * @default 10_000
   */
  readonly shutdownTimeout?: number;
  /** Name in metrics. @default empty */
  readonly name?: string;
  /** @default none */
  readonly metrics?: Metrics | undefined;
  /** @default the system clock */
  readonly clock?: Clock;
  /** @default Math.random */
  readonly random?: () => number;
}

/** After this many consecutive failures, conflicts back off too: the cache is not catching up. */
const maxImmediateRetries = 5;

/**
 * Runs a reconcile for every added key, in the order of the adds, and never two for one key at a
 * time. A key that is added several times before its reconcile is reconciled once. A key that is
 * added during its reconcile is reconciled again: the last reconcile begins after the last add.
 */
export class WorkQueue implements QueueState {
  /** The maximum number of concurrent reconciles. */
  readonly concurrency: number;
  readonly #reconcile: Reconcile;
  readonly #log: Logger;
  readonly #metrics: QueueMetrics;
  readonly #backoff: Backoff;
  readonly #shutdownTimeout: number;
  readonly #clock: Clock;
  readonly #random: () => number;

  readonly #ready = new Set<string>();
  readonly #running = new Map<string, { readonly done: Promise<void>; readonly since: number }>();
  /** Keys that were added during their reconcile. */
  readonly #dirty = new Set<string>();
  readonly #delayed: KeyTimers;
  /** The retry or requeueAfter of the last reconcile. */
  readonly #followUps: KeyTimers;
  readonly #failures = new Map<string, number>();
  readonly #abort = new AbortController();
  #state: 'created' | 'running' | 'stopped' = 'created';
  #pumping = false;

  constructor(options: WorkQueueOptions) {
    this.#reconcile = options.reconcile;
    this.#log = options.log;
    this.concurrency = options.concurrency ?? 4;
    this.#backoff = options.backoff ?? { initial: 100, max: 300_000 };
    this.#shutdownTimeout = options.shutdownTimeout ?? 10_000;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    const add = this.add.bind(this);
    this.#delayed = new KeyTimers(this.#clock, add);
    this.#followUps = new KeyTimers(this.#clock, add);
    this.#metrics = (options.metrics ?? noMetrics).queue(options.name ?? '', this);
  }

  /** The number of keys that wait for a worker. */
  get length(): number {
    return this.#ready.size;
  }

  /** The number of keys that wait for a reconcile, those that are being reconciled included. */
  get depth(): number {
    return this.#ready.size + this.#dirty.size;
  }

  /** The number of running reconciles. */
  get active(): number {
    return this.#running.size;
  }

  /** Milliseconds that all running reconciles together have taken so far. */
  get unfinishedRun(): number {
    const now = this.#clock.elapsed();
    return [...this.#running.values()].reduce((sum, { since }) => sum + now - since, 0);
  }

  /** Milliseconds since the oldest running reconcile began; 0 if none is running. */
  get longestRun(): number {
    // The map is in the order in which the reconciles began.
    const [oldest] = this.#running.values();
    return oldest === undefined ? 0 : this.#clock.elapsed() - oldest.since;
  }

  /** Fails if a reconcile has been running for 10 minutes. */
  get healthz(): readonly HealthCheck[] {
    return [queueHealthy(this, livenessTimeout)];
  }

  /**
   * Processes keys until the signal is aborted, and then waits for running reconciles. Keys added
   * before the call are processed; keys that wait at the abort or are added later are dropped.
   *
   * @throws Error on a second call
   */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#state !== 'created') throw new Error('a WorkQueue runs only once: create another');
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

  /** Queues a key at once. */
  add(key: string): void {
    if (this.#state === 'stopped') return;
    const waiting = this.#running.has(key) ? this.#dirty : this.#ready;
    if (!waiting.has(key)) this.#metrics.onAdd(key);
    waiting.add(key);
    this.#pump();
  }

  /** Queues a key after `delay` milliseconds. The earliest of several such adds counts. */
  addAfter(key: string, delay: number): void {
    if (this.#state === 'stopped') return;
    this.#metrics.onRetry();
    this.#delayed.setEarlier(key, delay);
  }

  /**
   * Queues a key as after a failed reconcile. The delay grows with every call until {@link forget}.
   */
  addRateLimited(key: string): void {
    if (this.#state !== 'stopped') this.#followUp(key, this.#nextDelay(key));
  }

  /** Clears a key's failures and cancels its retry or requeueAfter, as for a deleted object. */
  forget(key: string): void {
    this.#failures.delete(key);
    this.#followUps.cancel(key);
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    // add() returns before a reconcile begins. In microtasks, thousands of reconciles without I/O
    // would block timers and sockets, including those that renew the Lease.
    setImmediate(() => {
      this.#pumping = false;
      if (this.#state !== 'running') return;
      for (const key of this.#ready) {
        if (this.#running.size >= this.concurrency) break;
        this.#ready.delete(key);
        this.#running.set(key, { since: this.#clock.elapsed(), done: this.#process(key) });
      }
    });
  }

  async #process(key: string): Promise<void> {
    this.#followUps.cancel(key);
    this.#metrics.onStart(key);
    let outcome: ReconcileResult = 'success';
    try {
      const result = await this.#reconcile(key, this.#abort.signal);
      this.#failures.delete(key);
      if (result && this.#state === 'running') {
        this.#followUp(key, result.requeueAfter);
      }
      if (result) outcome = result.requeueAfter > 0 ? 'requeue_after' : 'requeue';
    } catch (error) {
      outcome = error instanceof TerminalError ? 'terminal_error' : 'error';
      if (this.#state === 'running') this.#onFailure(key, error);
    } finally {
      this.#running.delete(key);
      this.#metrics.onEnd(key, outcome);
      if (this.#dirty.delete(key)) this.#ready.add(key);
      this.#pump();
    }
  }

  #onFailure(key: string, err: unknown): void {
    if (err instanceof TerminalError) {
      this.#failures.delete(key);
      this.#log.error({ err, key }, 'reconcile failed, not retrying');
      return;
    }
    const delay = this.#nextDelay(key);
    const failures = this.#failures.get(key)!;
    const hasConflict = err instanceof ConflictError || isConflict(err);
    if (hasConflict && failures <= maxImmediateRetries) {
      this.#log.debug({ err, key }, 'conflict in reconcile, retrying at once');
      this.#metrics.onRetry();
      this.add(key);
      return;
    }
    this.#log.warn({ err, key, failures, delay }, 'reconcile failed, retrying');
    this.#followUp(key, delay);
  }

  #followUp(key: string, delay: number): void {
    this.#metrics.onRetry();
    this.#followUps.set(key, delay);
  }

  /** Counts a failure and returns the delay of the retry. */
  #nextDelay(key: string): number {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return backoffDelay(this.#backoff, failures, this.#random);
  }

  async #shutdown(reason: unknown): Promise<void> {
    this.#state = 'stopped';
    this.#delayed.cancelAll();
    this.#followUps.cancelAll();
    this.#ready.clear();
    this.#dirty.clear();
    const cancelTimer = this.#clock.setTimer(() => {
      this.#abort.abort(reason);
    }, this.#shutdownTimeout);
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    cancelTimer();
  }
}
