import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { LeadershipLostError } from '../api/errors.ts';
import type { KubeClient } from '../client/client.ts';
import { sleep, systemClock, type Clock } from '../runtime/clock.ts';
import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import type { Logger } from '../runtime/logger.ts';
import { LeaseClaim } from './lease-claim.ts';
import { LeaseLock } from './lease-lock.ts';

/** The options of {@link LeaderElection}. */
export interface LeaderElectionOptions {
  /** A client without a guard. It needs the verbs get, create, update and watch on the Lease. */
  readonly client: KubeClient;
  /** Namespace of the Lease. */
  readonly namespace: string;
  /** Name of the Lease. */
  readonly name: string;
  readonly log: Logger;
  /**
   * Identity in the Lease. It must differ from that of every other process, including earlier ones
   * of this pod.
   *
   * @default host name and a UUID
   */
  readonly identity?: string;
  /** Milliseconds without renewal after which others may take the Lease. @default 15_000 */
  readonly leaseDuration?: number;
  /** Milliseconds without renewal after which the leader gives up. @default 10_000 */
  readonly renewDeadline?: number;
  /** Milliseconds between attempts. @default 2_000 */
  readonly retryPeriod?: number;
  /** Reports whether this process leads. @default none */
  readonly metrics?: Metrics | undefined;
  /** @default the system clock */
  readonly clock?: Clock;
  /** @default Math.random */
  readonly random?: () => number;
}

/** Candidates add up to this share to the retryPeriod, as in client-go. */
const jitter = 1.2;

/**
 * Lets one process at a time work: the holder of a Lease, as in client-go. It does not compare the
 * clocks of machines. A candidate counts from when it observed the last renewal, and the leader
 * from before it requested it. A leader therefore gives up `leaseDuration - renewDeadline` before
 * another process can take over. It renews the Lease until its work has ended, and then releases
 * it.
 */
export class LeaderElection {
  readonly identity: string;
  readonly #options: LeaderElectionOptions;
  readonly #clock: Clock;
  readonly #renewDeadline: number;
  readonly #retryPeriod: number;
  readonly #lock: LeaseLock;
  readonly #claim: LeaseClaim;

  /** @throws RangeError unless leaseDuration > renewDeadline > 1.2 retryPeriod */
  constructor(options: LeaderElectionOptions) {
    const { client, namespace, name, log, clock = systemClock } = options;
    const { identity = `${hostname()}_${randomUUID()}` } = options;
    const { leaseDuration = 15_000, renewDeadline = 10_000, retryPeriod = 2_000 } = options;
    if (leaseDuration <= renewDeadline || renewDeadline <= jitter * retryPeriod) {
      throw new RangeError('leader election needs leaseDuration > renewDeadline > 1.2 retryPeriod');
    }
    this.identity = identity;
    this.#options = options;
    this.#clock = clock;
    this.#renewDeadline = renewDeadline;
    this.#retryPeriod = retryPeriod;
    (options.metrics ?? noMetrics).lease(name, () => this.isLeading);
    this.#lock = new LeaseLock({ client, namespace, name, identity, leaseDuration, clock });
    this.#claim = new LeaseClaim({
      ...{ lock: this.#lock, identity, log, clock },
      ...{ leaseDuration, renewDeadline, retryPeriod },
    });
  }

  /** Whether no other process can hold the Lease, now or before a request sent now ends. */
  get isLeading(): boolean {
    return this.#claim.isValid;
  }

  /**
   * Whether the work continues although the Lease has expired: it ignored its signal, and the
   * process should be restarted.
   */
  get leaseExpired(): boolean {
    return this.#claim.isOverdue;
  }

  /** Whether another process held the Lease when it was last read, and this one waits for it. */
  get isStandby(): boolean {
    const { holder } = this.#lock;
    return !this.isLeading && holder !== '' && holder !== this.identity;
  }

  /**
   * A guard for `KubeClient.withGuard`. It prevents a write that was delayed, for example in a
   * frozen process, after another process may have taken over. It reads two clocks.
   *
   * @throws LeadershipLostError unless {@link isLeading}
   */
  readonly guard = (): void => {
    if (!this.isLeading) throw new LeadershipLostError(`${this.identity} is not the leader`);
  };

  /**
   * Waits for the Lease, works, and releases the Lease when the work has ended.
   *
   * @param work its signal is aborted with `signal`, when the Lease cannot be renewed in time, and
   *   as soon as a renewal finds that another process holds the Lease
   * @param signal ends the waiting and the work
   * @returns when the work has ended; without work if the signal is aborted before
   * @throws LeadershipLostError if the Lease was lost; the error of the work
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
      await this.#claim.release();
    }
  }

  /** Waits for the Lease: retries with jitter, and at once when a watch reports its release. */
  async #acquire(signal: AbortSignal): Promise<boolean> {
    const { log, random = Math.random } = this.#options;
    const acquired = new AbortController();
    const stopped = AbortSignal.any([signal, acquired.signal]);
    let released = new AbortController();
    let watch: Promise<void> | undefined;
    try {
      while (!(await this.#claim.acquireOrRenew(stopped))) {
        log.debug({ holder: this.#lock.holder }, 'waiting for the Lease');
        watch ??= this.#watchRelease(stopped).then((isReleased) => {
          watch = undefined;
          if (isReleased) released.abort();
        });
        const delay = this.#retryPeriod * (1 + jitter * random());
        const woken = AbortSignal.any([stopped, released.signal]);
        await sleep(this.#clock, delay, woken).catch(() => undefined);
        released = new AbortController();
      }
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    } finally {
      acquired.abort();
    }
  }

  /** @returns false if the watch ends or fails before the Lease is released */
  async #watchRelease(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#lock.waitForRelease(signal);
    } catch (err) {
      if (!signal.aborted)
        this.#options.log.debug({ err }, 'failed to watch the Lease, polling it');
      return false;
    }
  }

  /** Renews the Lease until the work has ended; aborts `lost` when it is lost. */
  async #renew(lost: AbortController, ended: AbortSignal): Promise<void> {
    for (;;) {
      const cancelTimer = this.#clock.setTimer(
        () => {
          const message = `the Lease was not renewed for ${this.#renewDeadline} ms`;
          this.#lose(lost, new LeadershipLostError(message));
        },
        Math.max(0, this.#claim.timeLeft),
      );
      const stopped = AbortSignal.any([ended, lost.signal]);
      try {
        // A renewal in progress is not aborted, because the release needs the resulting version.
        do await sleep(this.#clock, this.#retryPeriod, stopped);
        while (!(await this.#claim.acquireOrRenew(lost.signal)));
      } catch (error) {
        if (error instanceof LeadershipLostError) this.#lose(lost, error);
        return;
      } finally {
        cancelTimer();
      }
    }
  }

  #lose(lost: AbortController, err: LeadershipLostError): void {
    if (lost.signal.aborted) return;
    this.#options.log.error({ err, identity: this.identity }, 'leadership lost, stopping the work');
    lost.abort(err);
  }
}
