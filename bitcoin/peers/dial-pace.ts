/** bitcoind's default of -timeout: milliseconds until it gives up a connection. */
const connectTimeout = 5_000;

/**
 * Dials that end within this time, in milliseconds, are answered: one without an answer takes as
 * long as the connect timeout. A node on a busy machine may need seconds for answered ones.
 */
const answerTimeout = 0.9 * connectTimeout;

/** Milliseconds without a dial after one that was not answered. */
const pause = 3 * connectTimeout;

/** Dials in one request. */
const maxBatch = 8;

/**
 * The pace at which one node dials. `addnode onetry` occupies a thread of the node's RPC server
 * until the peer answers or bitcoind gives up, and a node may have as few as one thread. So a node
 * has one request with dials under way. The number of dials in it grows from 1 to 8 while peers
 * answer. After a dial without an answer the node pauses, so that dials occupy at most a quarter of
 * one thread.
 */
export class DialPace {
  #batch = 1;
  #freeAt = -Infinity;

  /** Returns the number of dials that the node may start now. */
  available(now: number): number {
    return now < this.#freeAt ? 0 : this.#batch;
  }

  /** Records that dials start. Until they end, they may take as long as bitcoind waits. */
  start(dials: number, now: number): void {
    this.#freeAt = now + dials * connectTimeout + pause;
  }

  /** Records that bitcoind has ended dials that started at `startTime`. */
  end(startTime: number, now: number): void {
    const isAnswered = now - startTime < answerTimeout;
    this.#batch = isAnswered ? Math.min(maxBatch, this.#batch * 2) : 1;
    this.#freeAt = isAnswered ? now : now + pause;
  }

  /**
   * Records that the node did not report the end of dials.
   *
   * @param isStopped whether the node's process has ended, and its dials with it
   */
  fail(isStopped: boolean, now: number): void {
    this.#batch = 1;
    if (isStopped) this.#freeAt = now;
  }
}
