import type { HealthCheck } from '../../kube/health/server.ts';
import type { Cache, Runnable } from '../../kube/manager.ts';

/** A cache that a test syncs. */
export class FakeCache implements Cache {
  failingFor = 0;
  isRunning = false;
  hasSynced = false;
  readonly #synced = Promise.withResolvers<undefined>();

  readonly #failed = Promise.withResolvers<never>();

  async run(signal: AbortSignal): Promise<void> {
    this.isRunning = true;
    try {
      await Promise.race([aborted(signal), this.#failed.promise]);
    } finally {
      this.isRunning = false;
    }
  }

  fail(error: Error): void {
    this.#failed.reject(error);
  }

  async waitForSync(signal: AbortSignal): Promise<void> {
    await Promise.race([this.#synced.promise, aborted(signal)]);
    signal.throwIfAborted();
  }

  sync(): void {
    this.hasSynced = true;
    this.#synced.resolve(undefined);
  }
}

/** Work that a test ends. It ignores its signal. */
export class FakeRunnable implements Runnable {
  ready = true;
  readonly healthz: HealthCheck[] = [];
  isRunning = false;
  readonly #ended = Promise.withResolvers<undefined>();
  #signal: AbortSignal | undefined;

  get wasStarted(): boolean {
    return this.#signal !== undefined;
  }

  /** Whether the manager has aborted the signal. */
  get isStopping(): boolean {
    return this.#signal?.aborted === true;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    this.isRunning = true;
    try {
      await this.#ended.promise;
    } finally {
      this.isRunning = false;
    }
  }

  finish(): void {
    this.#ended.resolve(undefined);
  }

  fail(error: Error): void {
    this.#ended.reject(error);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
