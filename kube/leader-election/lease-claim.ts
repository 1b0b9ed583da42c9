import { isAlreadyExists, isConflict } from '../api/errors.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { DualClock, type Instant } from './dual-clock.ts';
import type { LeaseLock } from './lease-lock.ts';

/** The options of {@link LeaseClaim}. */
export interface LeaseClaimOptions {
  readonly lock: LeaseLock;
  readonly identity: string;
  readonly log: Logger;
  /** Milliseconds without renewal after which others may take the Lease. */
  readonly leaseDuration: number;
  /** Milliseconds without renewal after which this process gives up. */
  readonly renewDeadline: number;
  /** Milliseconds until a release times out. */
  readonly retryPeriod: number;
  readonly clock: Clock;
  readonly monotonic: (() => number) | undefined;
}

/**
 * The claim of one process to a Lease: single attempts to acquire, renew and release it, and the
 * age of the last renewal. It counts a renewal from before the request and the renewal of another
 * process from its observation, and does not compare the clocks of machines.
 */
export class LeaseClaim {
  readonly #options: LeaseClaimOptions;
  readonly #lock: LeaseLock;
  readonly #dualClock: DualClock;
  #observedAt: Instant;
  #renewedAt: Instant | undefined;

  constructor(options: LeaseClaimOptions) {
    this.#options = options;
    this.#lock = options.lock;
    this.#dualClock = new DualClock(options.clock, options.monotonic);
    this.#observedAt = this.#dualClock.now();
  }

  /** Whether the last renewal is younger than the deadline. */
  get isValid(): boolean {
    return this.timeLeft > 0;
  }

  /** Milliseconds until this process has to give up; 0 or less without a valid claim. */
  get timeLeft(): number {
    return this.#options.renewDeadline - this.#age;
  }

  /** Whether the process has not released the Lease for twice its duration without a renewal. */
  get isOverdue(): boolean {
    return this.#renewedAt !== undefined && this.#age > 2 * this.#options.leaseDuration;
  }

  /** Makes one attempt to acquire or renew the Lease. @throws the signal's reason */
  async acquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const { clock, renewDeadline, log } = this.#options;
    const timeout = new AbortController();
    const cancelTimer = clock.setTimer(() => {
      timeout.abort(new Error('timed out waiting for the Lease'));
    }, renewDeadline / 2);
    try {
      return await this.#acquireOrRenew(AbortSignal.any([signal, timeout.signal]));
    } catch (err) {
      signal.throwIfAborted();
      if (!isConflict(err) && !isAlreadyExists(err)) {
        log.warn({ err }, 'failed to read or write the Lease, retrying');
      }
      // The observed Lease may be outdated.
      if (this.#renewedAt !== undefined) this.#lock.invalidate();
      return false;
    } finally {
      cancelTimer();
    }
  }

  /** Releases the Lease if this process certainly holds it, so that another takes over at once. */
  async release(): Promise<void> {
    const { clock, retryPeriod, identity, log } = this.#options;
    const wasValid = this.isValid;
    this.#renewedAt = undefined;
    if (!wasValid || this.#lock.holder !== identity) return;
    const timeout = new AbortController();
    const cancelTimer = clock.setTimer(() => {
      timeout.abort(new Error('timed out waiting for the release of the Lease'));
    }, retryPeriod);
    try {
      await this.#lock.release(timeout.signal);
      log.info({ identity }, 'released the Lease');
    } catch (err) {
      log.warn({ err }, 'failed to release the Lease; it will expire');
    } finally {
      cancelTimer();
    }
  }

  async #acquireOrRenew(signal: AbortSignal): Promise<boolean> {
    // A holder has the version of the Lease, and no other process writes it.
    const isHolder = this.#renewedAt !== undefined && this.#lock.hasObserved;
    if (!isHolder && (await this.#lock.read(signal))) this.#observedAt = this.#dualClock.now();
    const { holder, duration } = this.#lock;
    if (holder !== '' && holder !== this.#options.identity) {
      if (this.#renewedAt !== undefined) return false;
      if (this.#dualClock.since(this.#observedAt) < duration) return false;
    }
    const requestedAt = this.#dualClock.now();
    await this.#lock.claim(signal);
    this.#renewedAt = requestedAt;
    return true;
  }

  /** Milliseconds since the last renewal; infinite without one. */
  get #age(): number {
    return this.#renewedAt === undefined ? Infinity : this.#dualClock.since(this.#renewedAt);
  }
}
