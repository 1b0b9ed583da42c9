import type { HealthCheck } from './server.ts';

/**
 * Milliseconds without a response to a watch, or in one reconcile, after which a process is
 * unhealthy. It exceeds usual outages of an API server, which a restart does not end.
 */
export const livenessTimeout = 600_000;

/** The part of a Reflector that health checks read. */
export interface WatchHealth {
  readonly hasSynced: boolean;
  /** Milliseconds since list or watch failed; 0 while the API server responds. */
  readonly failingFor: number;
}

/** Fails until every cache is synced; before that, a missing object may only be unknown. */
export function cachesSynced(caches: Readonly<Record<string, WatchHealth>>): HealthCheck {
  return () => {
    const missing = Object.keys(caches).filter((name) => !caches[name]!.hasSynced);
    if (missing.length > 0) throw new Error(`caches are not synced: ${missing.join(', ')}`);
    return true;
  };
}

/**
 * Fails when a watch has had no response for too long. For `/healthz` the limit must exceed outages
 * of the API server, which no restart ends. A restart helps only if the fault is in this process,
 * such as an outdated address or expired credentials.
 *
 * @param limit milliseconds
 */
export function watchesHealthy(
  watches: Readonly<Record<string, WatchHealth>>,
  limit: number,
): HealthCheck {
  return () => {
    const silent = Object.entries(watches).filter(([, { failingFor }]) => failingFor > limit);
    if (silent.length === 0) return true;
    const texts = silent.map(([name, { failingFor }]) => `${name} (${inSeconds(failingFor)} s)`);
    throw new Error(`no response to watches: ${texts.join(', ')}`);
  };
}

/**
 * Fails when a reconcile of a queue has run for too long: it waits for something that does not
 * happen, and blocks its key.
 *
 * @param limit milliseconds
 */
export function queueHealthy(queue: { readonly longestRun: number }, limit: number): HealthCheck {
  return () => {
    if (queue.longestRun <= limit) return true;
    throw new Error(`a reconcile has been running for ${inSeconds(queue.longestRun)} s`);
  };
}

function inSeconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000);
}
