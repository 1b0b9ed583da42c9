import { rpcAgent } from '../../bitcoin/rpc/client.ts';
import type { KubeClient } from '../../kube/client/client.ts';
import type { EventRecorder } from '../../kube/events/recorder.ts';
import { livenessTimeout, watchesHealthy } from '../../kube/health/checks.ts';
import type { HealthCheck } from '../../kube/health/server.ts';
import type { Runnable } from '../../kube/manager.ts';
import { WorkQueue } from '../../kube/queue/work-queue.ts';
import { systemClock } from '../../kube/runtime/clock.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import { NetworkCache } from '../cache/network-cache.ts';
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

  /** Whether the cache has all networks and their objects, so that networks are reconciled. */
  get ready(): boolean {
    return this.#cache.synced;
  }

  /** Checks that fail when a watch or a reconcile hangs, which a restart may fix. */
  get healthz(): readonly HealthCheck[] {
    return [watchesHealthy(this.#cache.health, livenessTimeout), ...(this.#queue?.healthz ?? [])];
  }

  /** Reconciles networks until the signal is aborted, and then waits for running reconciles. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      const queue = this.#createQueue(await this.#options.loadMasterKey(signal));
      this.#queue = queue;
      this.#options.log.info({}, 'running');
      const work = async () => {
        await this.#cache.waitForSync(signal);
        await queue.run(signal);
      };
      await Promise.all([this.#cache.run(signal), work()]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#agent.destroy();
    }
  }

  #createQueue(masterKey: Uint8Array): WorkQueue {
    const { log } = this.#options;
    const reconciler = new Reconciler({
      ...this.#options,
      eventReader: this.#options.client,
      cache: this.#cache,
      masterKey,
      agent: this.#agent,
      clock: systemClock,
    });
    return new WorkQueue({
      reconcile: (key, signal) => reconciler.reconcile(key, signal),
      concurrency,
      // The longest backoff is the resync period: a retry costs only a few requests.
      backoff: { initial: 100, max: 30_000 },
      log: networkLogger(log),
    });
  }
}
