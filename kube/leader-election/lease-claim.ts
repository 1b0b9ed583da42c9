import { isAlreadyExists, isConflict, isNotFound, LeadershipLostError } from '../api/errors.ts';
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
  /** When this process last observed a change of the Lease. */
  #observedAt: Instant;
  /** Milliseconds from then for which another process may work; 0 if none holds the Lease. */
  #heldFor = 0;
  #renewedAt: Instant | undefined;
  /** Whether another process holds the Lease that this one held. */
  #isTaken = false;

  constructor(options: LeaseClaimOptions) {
    this.#options = options;
    this.#lock = options.lock;
    this.#dualClock = new DualClock(options.clock);
    this.#observedAt = this.#dualClock.now();
  }

  /** Whether the last renewal is younger than the deadline and the Lease is not taken. */
  get isValid(): boolean {
    return this.timeLeft > 0;
  }

  /** Milliseconds until this process has to give up; 0 or less without a valid claim. */
  get timeLeft(): number {
    return this.#isTaken ? 0 : this.#options.renewDeadline - this.#age;
  }

  /** Whether the process has not released the Lease for twice its duration without a renewal. */
  get isOverdue(): boolean {
    return this.#renewedAt !== undefined && this.#age > 2 * this.#options.leaseDuration;
  }

  /**
   * Makes one attempt to acquire or renew the Lease. A renewal that conflicts with another writer
   * reads the Lease at once, to find out whether another process has taken it.
   *
   * @throws LeadershipLostError if another process has taken the Lease; the signal's reason
   */
  async acquireOrRenew(signal: AbortSignal): Promise<boolean> {
    const { clock, renewDeadline, log } = this.#options;
    const timeout = new AbortController();
    const cancelTimer = clock.setTimer(() => {
      timeout.abort(new Error('timed out waiting for the Lease'));
    }, renewDeadline / 2);
    const stopped = AbortSignal.any([signal, timeout.signal]);
    try {
      return await this.#acquireOrRenew(stopped).catch((error: unknown) => {
        if (this.#renewedAt === undefined || !isOutdated(error)) throw error;
        this.#lock.invalidate();
        return this.#acquireOrRenew(stopped);
      });
    } catch (err) {
      signal.throwIfAborted();
      if (err instanceof LeadershipLostError) throw err;
      if (!isOutdated(err)) log.warn({ err }, 'failed to read or write the Lease, retrying');
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
    this.#isTaken = false;
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
    if (!isHolder) await this.#read(signal);
    const { holder } = this.#lock;
    if (this.#renewedAt !== undefined && this.#isOther(holder)) {
      this.#isTaken = true;
      throw new LeadershipLostError(`${holder} has taken the Lease`);
    }
    if (this.#dualClock.since(this.#observedAt) < this.#heldFor) return false;
    const requestedAt = this.#dualClock.now();
    await this.#lock.claim(signal);
    this.#renewedAt = requestedAt;
    return true;
  }

  /**
   * Reads the Lease. A deletion is no release: the holder may not have noticed it, and creates the
   * Lease again with its next renewal.
   */
  async #read(signal: AbortSignal): Promise<void> {
    const isChanged = await this.#lock.read(signal);
    if (!isChanged || !this.#lock.hasObserved) return;
    const { holder, duration } = this.#lock;
    this.#observedAt = this.#dualClock.now();
    this.#heldFor = this.#isOther(holder) ? duration : 0;
  }

  #isOther(holder: string): boolean {
    return holder !== '' && holder !== this.#options.identity;
  }

  /** Milliseconds since the last renewal; infinite without one. */
  get #age(): number {
    return this.#renewedAt === undefined ? Infinity : this.#dualClock.since(this.#renewedAt);
  }
}

/** Whether a write failed because the Lease was written, created or deleted since it was read. */
function isOutdated(error: unknown): boolean {
  return isConflict(error) || isAlreadyExists(error) || isNotFound(error);
}
