/** The kubelet's delays between attempts, in ms. */
const initial = 10_000;
const max = 300_000;

/** The delay between failing attempts: 10 s, doubled each time up to 5 minutes. */
export class RestartBackoff {
  #delay = 0;
  #since = 0;

  /** The current delay in ms; 0 before the first failure. */
  get delay(): number {
    return this.#delay;
  }

  /**
   * The time of the next attempt, in ms since the epoch.
   *
   * @param failedAt the time of the last failure
   */
  due(failedAt: number): number {
    return this.#isReset(failedAt) ? failedAt : failedAt + this.#delay;
  }

  /** Records an attempt after a failure. Ten minutes without failures reset the delay. */
  next(now: number): void {
    const isFirst = this.#delay === 0 || this.#isReset(now);
    this.#delay = isFirst ? initial : Math.min(this.#delay * 2, max);
    this.#since = now;
  }

  #isReset(now: number): boolean {
    return now - this.#since > 2 * max;
  }
}
