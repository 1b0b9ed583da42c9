import type { Clock } from '../../../kube/runtime/clock.ts';

export interface SyncLoopOptions {
  readonly clock: Clock;
  readonly sync: () => Promise<void>;
  /** Called with an exception from `sync`, which then runs again after {@link retryDelay}. */
  readonly onError: (error: unknown) => void;
  /** The time of the next run if nothing changes, in ms since the epoch, or Infinity. */
  readonly dueAt: () => number;
}

/** Delay before a failed step runs again, in ms. */
const retryDelay = 2_000;

/** Runs one function, never concurrently: after each change, and when its time has come. */
export class SyncLoop {
  readonly #options: SyncLoopOptions;
  #isPoked = false;
  #isStopped = false;
  #running: Promise<void> | undefined;
  #retryAt = Infinity;
  #cancelTimer: () => void = () => undefined;

  constructor(options: SyncLoopOptions) {
    this.#options = options;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Requests a run after a change. */
  poke(): void {
    this.#isPoked = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Requests a run after {@link retryDelay}. */
  retry(): void {
    this.#retryAt = this.#options.clock.now() + retryDelay;
    if (this.#running === undefined) this.#schedule();
  }

  /** Starts no further run, and waits for the current one. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    await this.#running;
  }

  async #run(): Promise<void> {
    this.#cancelTimer();
    while (this.#isPoked && !this.#isStopped) {
      this.#isPoked = false;
      this.#retryAt = Infinity;
      try {
        await this.#options.sync();
      } catch (error) {
        this.#options.onError(error);
        this.retry();
      }
    }
    this.#schedule();
  }

  #schedule(): void {
    const { clock, dueAt } = this.#options;
    this.#cancelTimer();
    if (this.#isStopped) return;
    const at = Math.min(this.#retryAt, dueAt());
    if (at === Infinity) return;
    const poke = () => {
      this.poke();
    };
    this.#cancelTimer = clock.setTimer(poke, Math.max(0, at - clock.now()));
  }
}
