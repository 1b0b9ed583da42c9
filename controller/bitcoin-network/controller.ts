import { rpcAgent } from '../../bitcoin/rpc/client.ts';
import type { KubeClient } from '../../kube/client/client.ts';
import type { EventRecorder } from '../../kube/events/recorder.ts';
import type { HealthCheck } from '../../kube/health/server.ts';
import type { Cache, Runnable } from '../../kube/manager.ts';
import { WorkQueue } from '../../kube/queue/work-queue.ts';
import { systemClock } from '../../kube/runtime/clock.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import { NetworkCache } from '../cache/network-cache.ts';
import { OtherInstalls } from '../installs/other-installs.ts';
import { networkLogger } from './network-logger.ts';
import { Reconciler } from './reconciler.ts';

/** Maximum number of concurrent reconciles; a reconcile mostly waits for nodes. */
const concurrency = 16;

/** The options of {@link Controller}. */
export interface ControllerOptions {
  /** Calls `guard` before each write. */
  readonly client: KubeClient;
  /** The only namespace to watch. @default all namespaces */
  readonly namespace?: string | undefined;
  /** Loads the key from which the RPC credentials of every network derive. */
  readonly loadMasterKey: (signal: AbortSignal) => Promise<Uint8Array>;
  /** Namespace of this controller, which claims the networks that it manages. */
  readonly install: string;
  readonly recorder: Pick<EventRecorder, 'record'>;
  /** Throws when this process may no longer change anything. */
  readonly guard: () => void;
  readonly log: Logger;
}

/** The controller of BitcoinNetworks: a cache, a queue of networks, and a reconciler. */
export class Controller implements Runnable {
  readonly #options: ControllerOptions;
  readonly #cache: NetworkCache;
  readonly #agent = rpcAgent();
  #queue: WorkQueue | undefined;

  constructor(options: ControllerOptions) {
    const { client, log, namespace } = options;
    this.#options = options;
    this.#cache = new NetworkCache({
      ...{ client, log, namespace },
      onChange: (key) => this.#queue?.add(key),
    });
  }

  /** The watches, by name. They run in every process, and have synced before {@link run}. */
  get caches(): Readonly<Record<string, Cache>> {
    return this.#cache.watches;
  }

  /** Whether networks are reconciled, for which the master key is needed. */
  get ready(): boolean {
    return this.#queue !== undefined;
  }

  /** Checks that fail when a reconcile hangs, which a restart may fix. */
  get healthz(): readonly HealthCheck[] {
    return this.#queue?.healthz ?? [];
  }

  /**
   * Reconciles all networks, and then those that change, until the signal is aborted. Waits for
   * running reconciles.
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      const queue = this.#createQueue(await this.#options.loadMasterKey(signal));
      this.#queue = queue;
      this.#options.log.info({}, 'running');
      for (const key of this.#cache.networkKeys) queue.add(key);
      await queue.run(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#agent.destroy();
    }
  }

  #createQueue(masterKey: Uint8Array): WorkQueue {
    const { log } = this.#options;
    const dependencies = {
      ...this.#options,
      cache: this.#cache,
      masterKey,
      agent: this.#agent,
      clock: systemClock,
    };
    const others = new OtherInstalls(dependencies);
    const reconciler = new Reconciler(dependencies);
    return new WorkQueue({
      reconcile: async (key, signal) =>
        (await others.reconcile(key, signal)) ?? (await reconciler.reconcile(key, signal)),
      concurrency,
      // The longest backoff is the resync period: a retry costs only a few requests.
      backoff: { initial: 100, max: 30_000 },
      log: networkLogger(log),
    });
  }
}
