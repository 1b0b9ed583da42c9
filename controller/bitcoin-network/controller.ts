import { RpcAgent } from '../../bitcoin/rpc/agent.ts';
import type { KubeClient } from '../../kube/client/client.ts';
import type { HealthCheck } from '../../kube/health/server.ts';
import type { Cache, Runnable } from '../../kube/manager.ts';
import { WorkQueue } from '../../kube/queue/work-queue.ts';
import { systemClock } from '../../kube/runtime/clock.ts';
import type { Metrics } from '../../kube/metrics/metrics.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import { NetworkCache } from '../cache/network-cache.ts';
import { OtherInstalls } from '../installs/other-installs.ts';
import type { NetworkRecorder } from './event-reasons.ts';
import { networkFacts, type FactSources, type NetworkFacts } from './network-facts.ts';
import { networkLogger } from './network-logger.ts';
import { NodeAnswers } from './node-answers.ts';
import { NodesReconciler } from './nodes-reconciler.ts';
import { Reconciler } from './reconciler.ts';
import type { RpcObserver } from './scope.ts';

/** Maximum number of networks whose objects are reconciled at the same time. */
const concurrency = 16;

/**
 * Maximum number of networks whose nodes are queried at the same time. Most of them wait for nodes
 * that do not respond.
 */
const rpcConcurrency = 64;

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
  readonly recorder: NetworkRecorder;
  /** Throws when this process may no longer change anything. */
  readonly guard: () => void;
  readonly log: Logger;
  /** Receives the events of the caches and queues. @default none */
  readonly metrics?: Metrics | undefined;
  /** Receives the RPC requests to nodes. @default none */
  readonly onRpc?: RpcObserver | undefined;
}

/**
 * The controller of BitcoinNetworks: a cache, and two queues of networks, one for their objects and
 * one for the RPC with their nodes.
 */
export class Controller implements Runnable {
  readonly #options: ControllerOptions;
  readonly #cache: NetworkCache;
  readonly #agent = new RpcAgent();
  #queues: Queues | undefined;
  /** Undefined until networks are reconciled. */
  #factSources: FactSources | undefined;

  constructor(options: ControllerOptions) {
    const { client, log, namespace, metrics } = options;
    this.#options = options;
    this.#cache = new NetworkCache({
      ...{ client, log, namespace, metrics },
      onChange: (key) => this.#queues?.objects.add(key),
    });
  }

  /** The watches, by name. They run in every process, and have synced before {@link run}. */
  get caches(): Readonly<Record<string, Cache>> {
    return this.#cache.watches;
  }

  /**
   * Yields what is in memory about each network that this controller manages, and nothing while
   * another process leads. It sends no request.
   */
  *facts(): Generator<NetworkFacts, void, undefined> {
    if (!this.#factSources) return;
    for (const key of this.#cache.networkKeys) {
      const facts = networkFacts(key, this.#factSources);
      if (facts) yield facts;
    }
  }

  /** Whether networks are reconciled, for which the master key is needed. */
  get ready(): boolean {
    return this.#queues !== undefined;
  }

  /** Checks that fail when a reconcile hangs, which a restart may fix. */
  get healthz(): readonly HealthCheck[] {
    return Object.values(this.#queues ?? {}).flatMap((queue: WorkQueue) => queue.healthz);
  }

  /**
   * Reconciles all networks, and then those that change, until the signal is aborted. Waits for
   * running reconciles.
   */
  async run(signal: AbortSignal): Promise<void> {
    const destroyConnections = () => {
      this.#agent.destroy();
    };
    signal.addEventListener('abort', destroyConnections, { once: true });
    try {
      const queues = this.#createQueues(await this.#options.loadMasterKey(signal));
      this.#queues = queues;
      this.#options.log.info({}, 'running');
      for (const key of this.#cache.networkKeys) queues.objects.add(key);
      await Promise.all([queues.objects.run(signal), queues.nodes.run(signal)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener('abort', destroyConnections);
      destroyConnections();
    }
  }

  #createQueues(masterKey: Uint8Array): Queues {
    const cache = this.#cache;
    const dependencies = {
      ...{ ...this.#options, cache, masterKey, agent: this.#agent, clock: systemClock },
      eventReader: this.#options.client,
    };
    const answers = new NodeAnswers((key) => {
      nodes.add(key);
    }, systemClock);
    const others = new OtherInstalls(dependencies);
    const reconciler = new Reconciler(dependencies, answers);
    const { install, metrics } = this.#options;
    this.#factSources = { cache, answers, heights: reconciler.heights, install };
    const nodesReconciler = new NodesReconciler(dependencies, answers, (key) => {
      objects.add(key);
    });
    // The longest backoff is the resync period: a retry costs only a few requests.
    const options = {
      backoff: { initial: 100, max: 30_000 },
      metrics,
      log: networkLogger(this.#options.log),
    };
    const objects = new WorkQueue({
      ...options,
      name: 'bitcoinnetwork',
      reconcile: async (key, signal) =>
        (await others.reconcile(key, signal)) ?? (await reconciler.reconcile(key, signal)),
      concurrency,
    });
    const nodes = new WorkQueue({
      ...options,
      name: 'bitcoinnetwork-nodes',
      reconcile: async (key, signal) =>
        others.manages(key) ? undefined : await nodesReconciler.reconcile(key, signal),
      concurrency: rpcConcurrency,
      // A shutdown does not wait for nodes.
      shutdownTimeout: 0,
    });
    return { objects, nodes };
  }
}

/** The queues of networks. */
interface Queues {
  readonly objects: WorkQueue;
  readonly nodes: WorkQueue;
}
