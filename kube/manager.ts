import { KubeClient } from './client/client.ts';
import { loadKubeConfig, type KubeConfig } from './config/kube-config.ts';
import { EventRecorder } from './events/recorder.ts';
import {
  cachesSynced,
  livenessTimeout,
  watchesHealthy,
  type WatchHealth,
} from './health/checks.ts';
import { serveHealth, type HealthCheck } from './health/server.ts';
import { LeaderElection } from './leader-election/leader-election.ts';
import { sleep, systemClock } from './runtime/clock.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Logger } from './runtime/logger.ts';

/** Work that one process at a time does, such as a WorkQueue. */
export interface Runnable {
  /** Works until the signal is aborted, and returns when running work is done. */
  run(signal: AbortSignal): Promise<void>;
  /** Whether the work is under way, for `/readyz`. @default true */
  readonly ready?: boolean;
  /** Checks for `/healthz`: they fail if a restart may help. @default none */
  readonly healthz?: readonly HealthCheck[];
}

/** A cache that every process keeps, such as a Reflector. */
export interface Cache extends WatchHealth {
  run(signal: AbortSignal): Promise<void>;
  waitForSync(signal: AbortSignal): Promise<void>;
}

/** The options of {@link Manager}. */
export interface ManagerOptions {
  /** Name of the Lease, and the User-Agent. */
  readonly name: string;
  readonly log: Logger;
  /** Namespace of the Lease. @default POD_NAMESPACE, else `default` */
  readonly namespace?: string | undefined;
  /** Identity in the Lease, unique among running processes. @default host name and a UUID */
  readonly identity?: string | undefined;
  /** Controller that events name. @default the name */
  readonly reportingController?: string;
  /** Instance that events name. @default POD_NAME, else the name */
  readonly reportingInstance?: string;
  /** Address of `/healthz` and `/readyz`. @default port HEALTH_PORT, else 8080, on all addresses */
  readonly health?: { readonly port: number; readonly host?: string | undefined };
  /** Receives the events of the client and of leader election. @default none */
  readonly metrics?: Metrics | undefined;
  /** @default the configuration that `loadKubeConfig` finds */
  readonly kubeConfig?: KubeConfig;
}

/** Milliseconds that queued events have to be sent when the work ends. */
const flushTimeout = 5_000;

/**
 * Runs the parts of a controller: a client, caches, leader election, an event recorder, and a
 * health server. Caches run in every process, so that a standby takes over with full caches.
 * Runnables run while this process leads.
 */
export class Manager {
  /** Its writes are sent only while this process leads. */
  readonly client: KubeClient;
  /** Shares the connections of `client`, for requests of any process that change nothing. */
  readonly unguardedClient: KubeClient;
  readonly recorder: EventRecorder;
  readonly #options: ManagerOptions;
  readonly #election: LeaderElection;
  readonly #runnables: Runnable[] = [];
  readonly #caches = new Map<string, Cache>();

  constructor(options: ManagerOptions) {
    const { name, log, identity, namespace = process.env.POD_NAMESPACE ?? 'default' } = options;
    const { reportingController = name, reportingInstance = process.env.POD_NAME ?? name } =
      options;
    this.#options = options;
    this.unguardedClient = KubeClient.fromKubeConfig(options.kubeConfig ?? loadKubeConfig(), {
      userAgent: name,
      metrics: options.metrics,
    });
    this.#election = new LeaderElection({
      client: this.unguardedClient,
      ...{ namespace, name, log, metrics: options.metrics },
      ...(identity !== undefined && { identity }),
    });
    this.client = this.unguardedClient.withGuard(this.guard);
    this.recorder = new EventRecorder({
      client: this.client,
      ...{ reportingController, reportingInstance, log },
    });
  }

  /** Throws LeadershipLostError unless this process leads; `client` calls it before each write. */
  get guard(): () => void {
    return this.#election.guard;
  }

  /** Adds work for the leader. It starts when all caches are synced. */
  add(runnable: Runnable): void {
    this.#runnables.push(runnable);
  }

  /** Adds a cache. @param name names the cache in health checks */
  addCache(name: string, cache: Cache): void {
    this.#caches.set(name, cache);
  }

  /**
   * Runs everything until the signal is aborted, and then waits for running work, sends queued
   * events and releases the Lease.
   *
   * @param signal @default SIGTERM and SIGINT
   * @throws LeadershipLostError if the Lease was lost: the process should exit and start again.
   * Errors after the signal is aborted are only logged.
   */
  async start(signal: AbortSignal = this.#terminationSignal()): Promise<void> {
    const health = await this.#serveHealth();
    const ended = new AbortController();
    const stopped = AbortSignal.any([signal, ended.signal]);
    const caches = [...this.#caches.values()];
    const watching = Promise.all(
      caches.map((cache) =>
        cache.run(stopped).catch((error: unknown) => {
          ended.abort(error);
        }),
      ),
    );
    try {
      await Promise.all(caches.map((cache) => cache.waitForSync(stopped)));
      await this.#election.run((leading) => this.#lead(leading), stopped);
      ended.signal.throwIfAborted();
    } catch (error) {
      if (!signal.aborted) throw error;
      if (error !== signal.reason) {
        this.#options.log.error({ err: error }, 'work failed while stopping');
      }
    } finally {
      ended.abort();
      await watching;
      await this.unguardedClient.close();
      await health.close();
    }
    this.#options.log.info({}, 'stopped');
  }

  /** Runs all runnables until one fails or the signal is aborted, and sends queued events. */
  async #lead(signal: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const stopped = AbortSignal.any([signal, failed.signal]);
    const results = await Promise.allSettled(
      this.#runnables.map(async (runnable) => {
        try {
          await runnable.run(stopped);
        } catch (error) {
          failed.abort(error);
          throw error;
        }
      }),
    );
    await this.#flush();
    const failure = results.find(({ status }) => status === 'rejected');
    if (failure) throw failed.signal.reason;
  }

  async #flush(): Promise<void> {
    const flushed = new AbortController();
    const timeout = sleep(systemClock, flushTimeout, flushed.signal).catch(() => undefined);
    await Promise.race([this.recorder.flush(), timeout]);
    flushed.abort();
  }

  #serveHealth() {
    const caches = Object.fromEntries(this.#caches);
    return serveHealth({
      port: Number(process.env.HEALTH_PORT ?? 8080),
      ...this.#options.health,
      healthz: {
        lease: () => !this.#election.leaseExpired,
        caches: watchesHealthy(caches, livenessTimeout),
        work: async () => {
          const checks = this.#runnables.flatMap(({ healthz = [] }) => healthz);
          for (const check of checks) if (!(await check())) return false;
          return true;
        },
      },
      readyz: {
        caches: cachesSynced(caches),
        // A process that waits for the Lease is ready to take over.
        work: () => this.#election.isStandby || this.#runnables.every(({ ready = true }) => ready),
      },
    });
  }

  #terminationSignal(): AbortSignal {
    const stop = new AbortController();
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.once(name, () => {
        this.#options.log.info({ signal: name }, 'stopping');
        stop.abort();
      });
    }
    return stop.signal;
  }
}
