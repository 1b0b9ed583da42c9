import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { KubeClient } from '../client/client.ts';
import { sleep, systemClock, type Clock } from '../runtime/clock.ts';
import { LeadershipLostError, isAlreadyExists, isConflict } from '../api/errors.ts';
import { LeaseLock } from './lease-lock.ts';
import type { Logger } from '../runtime/logger.ts';

export interface LeaderElectionOptions {
  /** One without a guard. It needs get, create, update and watch on the Lease. */
  readonly client: KubeClient;
  readonly namespace: string;
  /** Of the Lease. */
  readonly name: string;
  readonly log: Logger;
  /**
   * Unlike that of any other process, earlier ones of this pod included.
   *
   * @default host name and a UUID
   */
  readonly identity?: string;
  /** Milliseconds without renewal after which others may take the lease. @default 15_000 */
  readonly leaseDuration?: number;
  /** Milliseconds without renewal after which this holder gives up. @default 10_000 */
  readonly renewDeadline?: number;
  /** Milliseconds between attempts. @default 2_000 */
  readonly retryPeriod?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Milliseconds by a clock that nobody sets. @default performance.now */
  readonly monotonic?: () => number;
  /** @default Math.random */
  readonly random?: () => number;
}

/** A moment, by both clocks. */
interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

/** Candidates add up to this share to their retryPeriod, as client-go's do. */
const jitter = 1.2;

/**
 * Lets one process at a time work: the holder of a Lease, as client-go elects it. No clock is
 * compared with that of another machine: a candidate counts from when it saw the last renewal, the
 * holder from before it asked for it, so a holder gives up `leaseDuration - renewDeadline` before
 * anyone may take over. It renews until its work has ended, and only then releases the lease.
 */
export class LeaderElection {
  readonly identity: string;
  readonly #options: LeaderElectionOptions;
  readonly #clock: Clock;
  readonly #leaseDuration: number;
  readonly #renewDeadline: number;
  readonly #retryPeriod: number;
  readonly #lock: LeaseLock;
  #observedAt: Instant;
  #renewedAt: Instant | undefined;

  /** @throws RangeError unless leaseDuration > renewDeadline > 1.2 retryPeriod */
  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.identity = options.identity ?? `${hostname()}_${randomUUID()}`;
    this.#leaseDuration = options.leaseDuration ?? 15_000;
    this.#renewDeadline = options.renewDeadline ?? 10_000;
    this.#retryPeriod = options.retryPeriod ?? 2_000;
    if (
      this.#leaseDuration <= this.#renewDeadline ||
      this.#renewDeadline <= jitter * this.#retryPeriod
    ) {
      throw new RangeError('leader election needs leaseDuration > renewDeadline > 1.2 retryPeriod');
    }
    const { client, namespace, name } = options;
    this.#lock = new LeaseLock({
      ...{ client, namespace, name },
      identity: this.identity,
      leaseDuration: this.#leaseDuration,
      clock: this.#clock,
    });
    this.#observedAt = this.#now();
  }

  /** Whether no one else can hold the lease, nor will before a request sent now is through. */
  get isLeading(): boolean {
    return this.#renewedAt !== undefined && this.#age(this.#renewedAt) < this.#renewDeadline;
  }

  /**
   * Whether its work goes on though the lease has run out: the signal was not obeyed, and the
   * process had better end.
   */
  get leaseExpired(): boolean {
    return this.#renewedAt !== undefined && this.#age(this.#renewedAt) > 2 * this.#leaseDuration;
  }

  /** Whether another was seen to hold the lease: this one waits, and is fit to take over. */
  get isStandby(): boolean {
    const { holder } = this.#lock;
    return !this.isLeading && holder !== '' && holder !== this.identity;
  }

  /**
   * For `KubeClient.withGuard`: keeps what was held up, by a frozen process say, from being written
   * after another has taken over. It costs two looks at a clock.
   *
   * @throws LeadershipLostError unless {@link isLeading}
   */
  readonly guard = (): void => {
    if (!this.isLeading) throw new LeadershipLostError(`${this.identity} does not lead`);
  };

  /**
   * Waits for the lease, then works; the lease is released at the end of the work.
   *
   * @param work its signal is aborted with `signal`, and when the lease can no longer be renewed
   * @param signal ends the waiting and the work
   * @returns once the work has ended; without any if the signal was aborted before
   * @throws LeadershipLostError when the lease was lost; what the work throws
   */
  async run(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    if (!(await this.#acquire(signal))) return;
    const { log } = this.#options;
    log.info({ identity: this.identity }, 'leading');
    const lost = new AbortController();
    const ended = new AbortController();
    const renewing = this.#renew(lost, ended.signal);
    try {
      await work(AbortSignal.any([signal, lost.signal]));
      lost.signal.throwIfAborted();
    } catch (error) {
      throw lost.signal.aborted ? lost.signal.reason : error;
    } finally {
      ended.abort();
      await renewing;
      await this.#release();
    }
  }

  async #acquire(signal: AbortSignal): Promise<boolean> {
    const { log, random = Math.random } = this.#options;
    const acquired = new AbortController();
    const stopped = AbortSignal.any([signal, acquired.signal]);
    let released = Promise.withResolvers<undefined>();
    let watch: Promise<void> | undefined;
    try {
      while (!(await this.#attempt(stopped))) {
        log.debug({ holder: this.#lock.holder }, 'waiting for the lease');
        watch ??= this.#watchRelease(stopped).then((isReleased) => {
          watch = undefined;
          if (isReleased) released.resolve(undefined);
        });
        const delay = this.#retryPeriod * (1 + jitter * random());
        const rest = new AbortController();
        const rested = sleep(this.#clock, delay, rest.signal).catch(() => undefined);
        const onAbort = () => {
          rest.abort();
        };
        stopped.addEventListener('abort', onAbort, { once: true });
        await Promise.race([rested, released.promise]);
        stopped.removeEventListener('abort', onAbort);
        rest.abort();
        released = Promise.withResolvers();
      }
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    } finally {
      acquired.abort();
    }
  }

  /** @returns false when the watch ends or fails before the lease is free */
  async #watchRelease(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#lock.waitForRelease(signal);
    } catch (err) {
      if (!signal.aborted) this.#options.log.debug({ err }, 'watch of the lease failed');
      return false;
    }
  }

  /** Renews until the work has ended; aborts `lost` in time when that fails. */
  async #renew(lost: AbortController, ended: AbortSignal): Promise<void> {
    const { log } = this.#options;
    for (;;) {
      const left = this.#renewDeadline - this.#age(this.#renewedAt!);
      const cancelTimer = this.#clock.setTimer(
        () => {
          const error = new LeadershipLostError(
            `the lease was not renewed for ${this.#renewDeadline} ms`,
          );
          log.error({ err: error, identity: this.identity }, 'leadership lost');
          lost.abort(error);
        },
        Math.max(0, left),
      );
      const stopped = AbortSignal.any([ended, lost.signal]);
      try {
        // A renewal under way at the end is waited for: the release needs the version it leads to.
        do await sleep(this.#clock, this.#retryPeriod, stopped);
        while (!(await this.#attempt(lost.signal)));
      } catch {
        return;
      } finally {
        cancelTimer();
      }
    }
  }

  /** Tries to take or to renew the lease. @throws the signal's reason */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    const timeout = new AbortController();
    const cancelTimer = this.#clock.setTimer(() => {
      timeout.abort(new Error('the lease was not answered for'));
    }, this.#renewDeadline / 2);
    try {
      return await this.#takeOrRenew(AbortSignal.any([signal, timeout.signal]));
    } catch (err) {
      signal.throwIfAborted();
      if (!isConflict(err) && !isAlreadyExists(err)) {
        this.#options.log.warn({ err }, 'the lease could not be read or written');
      }
      // What is known of it may be out of date.
      if (this.#renewedAt !== undefined) this.#lock.invalidate();
      return false;
    } finally {
      cancelTimer();
    }
  }

  async #takeOrRenew(signal: AbortSignal): Promise<boolean> {
    // A holder knows the lease's version, and that no one else writes it.
    const isHolder = this.#renewedAt !== undefined && this.#lock.hasObserved;
    if (!isHolder && (await this.#lock.read(signal))) this.#observedAt = this.#now();
    const { holder, duration } = this.#lock;
    if (holder !== '' && holder !== this.identity) {
      if (this.#renewedAt !== undefined) return false;
      if (this.#age(this.#observedAt) < duration) return false;
    }
    const askedAt = this.#now();
    await this.#lock.claim(signal);
    this.#renewedAt = askedAt;
    return true;
  }

  /** Lets another take over at once, if this one still holds the lease for sure. */
  async #release(): Promise<void> {
    const leads = this.isLeading;
    this.#renewedAt = undefined;
    if (!leads || this.#lock.holder !== this.identity) return;
    const timeout = new AbortController();
    const cancelTimer = this.#clock.setTimer(() => {
      timeout.abort(new Error('the release was not answered'));
    }, this.#retryPeriod);
    try {
      await this.#lock.release(timeout.signal);
      this.#options.log.info({ identity: this.identity }, 'lease released');
    } catch (err) {
      this.#options.log.warn({ err }, 'the lease could not be released, it runs out');
    } finally {
      cancelTimer();
    }
  }

  #now(): Instant {
    const { monotonic = performance.now.bind(performance) } = this.#options;
    return { monotonic: monotonic(), wall: this.#clock.now() };
  }

  /**
   * Milliseconds since then, by the clock that says more: one stands still while the machine is
   * suspended, the other may be set back.
   */
  #age(instant: Instant): number {
    const now = this.#now();
    return Math.max(now.monotonic - instant.monotonic, now.wall - instant.wall);
  }
}
