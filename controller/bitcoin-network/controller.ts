import { rpcAgent } from '../../bitcoin/rpc/client.ts';
import type { KubeClient } from '../../kube/client/client.ts';
import type { EventRecorder } from '../../kube/events/recorder.ts';
import { queueHealthy, watchesHealthy } from '../../kube/health/checks.ts';
import type { HealthCheck } from '../../kube/health/server.ts';
import { WorkQueue } from '../../kube/queue/work-queue.ts';
import { systemClock } from '../../kube/runtime/clock.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import { NetworkCache } from '../cache/network-cache.ts';
import { networkLogger } from './phase.ts';
import { Reconciler } from './reconciler.ts';

/** Networks that are reconciled concurrently; most of a reconcile is waiting for nodes. */
const concurrency = 16;

/**
 * Milliseconds without a response to a watch, or in one reconcile, after which the controller is
 * unhealthy. It exceeds usual outages of an API server, which a restart does not end.
 */
const livenessTimeout = 600_000;

/** The options of {@link Controller}. */
export interface ControllerOptions {
  /** Its writes are guarded. */
  readonly client: KubeClient;
  /** The only namespace to watch. @default all namespaces */
  readonly namespace?: string | undefined;
  /** See `loadMasterKey`. */
  readonly masterKey: Uint8Array;
  readonly recorder: EventRecorder;
  /** Throws when this process may no longer change anything. */
  readonly guard: () => void;
  readonly log: Logger;
}

/** The controller of BitcoinNetworks: a cache, a queue of networks, and a reconciler. */
export class Controller {
  readonly #cache: NetworkCache;
  readonly #queue: WorkQueue;
  readonly #agent = rpcAgent();

  constructor({ client, namespace, masterKey, recorder, guard, log }: ControllerOptions) {
    this.#cache = new NetworkCache({
      client,
      log,
      namespace,
      onChange: (key) => {
        this.#queue.add(key);
      },
    });
    const reconciler = new Reconciler({
      client,
      cache: this.#cache,
      masterKey,
      agent: this.#agent,
      recorder,
      guard,
      log,
      clock: systemClock,
    });
    this.#queue = new WorkQueue({
      reconcile: (key, signal) => reconciler.reconcile(key, signal),
      concurrency,
      // The longest backoff is the resync period: a retry costs only a few requests.
      backoff: { initial: 100, max: 30_000 },
      log: networkLogger(log),
    });
  }

  /** Whether the cache has all networks and their objects, so that networks are reconciled. */
  get ready(): boolean {
    return this.#cache.synced;
  }

  /** Checks that fail when a watch or a reconcile hangs, which a restart may fix. */
  get healthz(): readonly HealthCheck[] {
    return [
      watchesHealthy(this.#cache.health, livenessTimeout),
      queueHealthy(this.#queue, livenessTimeout),
    ];
  }

  /** Reconciles networks until the signal is aborted, and then waits for running reconciles. */
  async run(signal: AbortSignal): Promise<void> {
    const work = async () => {
      await this.#cache.waitForSync(signal);
      await this.#queue.run(signal);
    };
    try {
      await Promise.all([this.#cache.run(signal), work()]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#agent.destroy();
    }
  }
}
