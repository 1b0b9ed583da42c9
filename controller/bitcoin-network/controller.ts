import { rpcAgent } from '../../bitcoin/rpc/client.ts';
import type { KubeClient } from '../../kube/client/client.ts';
import { systemClock } from '../../kube/runtime/clock.ts';
import type { EventRecorder } from '../../kube/events/recorder.ts';
import { watchesHealthy, queueHealthy } from '../../kube/health/checks.ts';
import type { HealthCheck } from '../../kube/health/server.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import { WorkQueue } from '../../kube/queue/work-queue.ts';
import { Reconciler } from './reconciler.ts';
import { networkLogger } from './phase.ts';
import { NetworkCache } from '../cache/network-cache.ts';

/** Networks worked on at a time; most of a reconcile is waiting for nodes. */
const concurrency = 16;

/**
 * Milliseconds without an answer to a watch, or in one reconcile, after which a
 * restart is worth a try: more than an API server is away for.
 */
const stuck = 600_000;

/** What {@link Controller} works with. */
export interface ControllerProps {
  readonly client: KubeClient;
  /** The only namespace to work for. @default every one */
  readonly namespace?: string | undefined;
  /** See `loadMasterKey`. */
  readonly masterKey: Uint8Array;
  readonly recorder: EventRecorder;
  /** Throws when this process may no longer change anything; `client` has it already. */
  readonly guard: () => void;
  readonly log: Logger;
}

/** The controller of BitcoinNetworks: watches, a queue of networks, and a reconciler. */
export class Controller {
  readonly #watches: NetworkCache;
  readonly #queue: WorkQueue;
  readonly #agent = rpcAgent();

  constructor({ client, namespace, masterKey, recorder, guard, log }: ControllerProps) {
    this.#watches = new NetworkCache({
      client,
      log,
      namespace,
      onChange: (key) => {
        this.#queue.add(key);
      },
    });
    const reconciler = new Reconciler({
      client,
      watches: this.#watches,
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
      // A network's next try is worth more than a few requests: never wait for longer than a resync.
      backoff: { initial: 100, max: 30_000 },
      log: networkLogger(log),
    });
  }

  /** Whether it knows all networks and their objects, and so does its work. */
  get ready(): boolean {
    return this.#watches.synced;
  }

  /** Throws, or says no, when something in it is stuck for good: a restart may help. */
  get healthz(): readonly HealthCheck[] {
    return [watchesHealthy(this.#watches.health, stuck), queueHealthy(this.#queue, stuck)];
  }

  /** Works until the signal is aborted; running reconciles are finished first. */
  async run(signal: AbortSignal): Promise<void> {
    const work = async () => {
      await this.#watches.waitForSync(signal);
      await this.#queue.run(signal);
    };
    try {
      await Promise.all([this.#watches.run(signal), work()]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#agent.destroy();
    }
  }
}
