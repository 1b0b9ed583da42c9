import { KubeClient } from './client/client.ts';
import { LeadershipLostError } from './api/errors.ts';
import { watchesHealthy, cachesSynced, queueHealthy } from './health/checks.ts';
import { serveHealth } from './health/server.ts';
import { loadKubeConfig, type KubeConfig } from './config/kube-config.ts';
import { LeaderElection } from './leader-election/leader-election.ts';
import type { Logger } from './runtime/logger.ts';
import {
  formatKey,
  type KubeObject,
  type Resource,
  type UnstructuredObject,
} from './api/object.ts';
import { Reflector } from './cache/reflector.ts';
import type { ReadonlyStore } from './cache/store.ts';
import { WorkQueue, type RequeueAfter } from './queue/work-queue.ts';

/** A collection to watch. */
export interface Watched extends Resource {
  readonly labelSelector?: string;
  /** Key of what is to be reconciled when an object changes. @default the object's own */
  readonly toKey?: (object: UnstructuredObject) => string | undefined;
}

/** What a reconcile works with. */
export interface ReconcileContext {
  /** Its writes are sent only while this process leads. */
  readonly client: KubeClient;
  /** The objects of a watched collection. @throws Error for one that is not watched */
  readonly storeOf: (resource: Resource) => ReadonlyStore<UnstructuredObject>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export interface ControllerOptions {
  /** Of its Lease, its User-Agent. */
  readonly name: string;
  /** Of its Lease. @default POD_NAMESPACE, else `default` */
  readonly namespace?: string;
  readonly watches: readonly Watched[];
  readonly reconcile: (
    key: string,
    context: ReconcileContext,
  ) => Promise<RequeueAfter | undefined> | Promise<void>;
  readonly log: Logger;
  /** Where `/healthz` and `/readyz` are served. @default HEALTH_PORT, else 8080, on every address */
  readonly health?: { readonly port: number; readonly host?: string };
  /** @default what `loadKubeConfig` finds */
  readonly kubeConfig?: KubeConfig;
  /** Ends it. @default SIGTERM and SIGINT */
  readonly signal?: AbortSignal;
}

/** Milliseconds: an API server may be away for less, a reconcile may take less. */
const limits = { silence: 600_000, reconcile: 600_000 };

/**
 * Runs a controller: watches fill stores and queue keys, the leader among its instances reconciles
 * them, probes are answered. Those who wait for the lease watch too, so that they take over warm.
 *
 * @returns when it was told to end, its work is done and its lease released
 * @throws LeadershipLostError when the lease was lost: the process should end, and start anew
 */
export async function runController(options: ControllerOptions): Promise<void> {
  const { name, log, watches, namespace = process.env.POD_NAMESPACE ?? 'default' } = options;
  const signal = options.signal ?? terminationSignal();
  const client = KubeClient.fromKubeConfig(options.kubeConfig ?? loadKubeConfig(), {
    userAgent: name,
  });
  const election = new LeaderElection({ client, namespace, name, log });
  const guarded = client.withGuard(election.guard);
  const queue: WorkQueue = new WorkQueue({
    reconcile: (key, aborted) =>
      options.reconcile(key, { client: guarded, storeOf, log, signal: aborted }),
    log,
  });
  const reflectors = Object.fromEntries(
    watches.map(({ toKey = ownKey, labelSelector, ...resource }) => {
      const onChange = ({ object }: { readonly object: UnstructuredObject }) => {
        const key = toKey(object);
        if (key !== undefined) queue.add(key);
      };
      const reflector = new Reflector({ client, resource, labelSelector, onChange, log });
      return [pathOf(resource), reflector];
    }),
  );
  const storeOf = (resource: Resource) => {
    const reflector = reflectors[pathOf(resource)];
    if (reflector === undefined) throw new Error(`${resource.plural} are not watched`);
    return reflector.store;
  };
  const health = await serveHealth({
    port: Number(process.env.HEALTH_PORT ?? 8080),
    ...options.health,
    healthz: {
      watches: watchesHealthy(reflectors, limits.silence),
      queue: queueHealthy(queue, limits.reconcile),
      lease: () => !election.leaseExpired,
    },
    readyz: { watches: cachesSynced(reflectors) },
  });
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const all = Object.values(reflectors);
  const watching = Promise.all(all.map((reflector) => reflector.run(stopped)));
  try {
    await Promise.all(all.map((reflector) => reflector.waitForSync(stopped)));
    await election.run((leading) => queue.run(leading), signal);
  } catch (error) {
    if (!signal.aborted || error instanceof LeadershipLostError) throw error;
  } finally {
    stop.abort();
    await watching;
    await client.close();
    await health.close();
  }
}

const pathOf = ({ apiVersion, plural }: Resource): string => `${apiVersion}/${plural}`;
const ownKey = ({ metadata }: KubeObject): string => formatKey(metadata);

function terminationSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      stop.abort();
    });
  }
  return stop.signal;
}
