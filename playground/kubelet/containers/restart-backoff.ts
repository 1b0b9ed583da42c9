/** The kubelet's waits between attempts, in ms. */
const initial = 10_000;
const max = 300_000;

/** How long to wait between attempts that fail: 10 s, doubled each time up to 5 minutes. */
export class RestartBackoff {
  #delay = 0;
  #since = 0;

  /** The wait that holds at present, in ms; 0 before the first failure. */
  get delay(): number {
    return this.#delay;
  }

  /**
   * When the next attempt may be made, in ms since the epoch.
   *
   * @param failedAt when the last one failed
   */
  due(failedAt: number): number {
    return this.#rested(failedAt) ? failedAt : failedAt + this.#delay;
  }

  /** To be called with each attempt after a failure. After 10 minutes of rest it begins anew. */
  next(now: number): void {
    const fresh = this.#delay === 0 || this.#rested(now);
    this.#delay = fresh ? initial : Math.min(this.#delay * 2, max);
    this.#since = now;
  }

  #rested(now: number): boolean {
    return now - this.#since > 2 * max;
  }
}

/** As Go prints a duration of whole seconds: `10s`, `2m40s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
