import type { HealthCheck } from './server.ts';

/** Of a Reflector, what its health shows in. */
export interface WatchHealth {
  readonly hasSynced: boolean;
  readonly failingFor: number;
}

/** Says no until every collection was listed: what is missing may only not be known yet. */
export function cachesSynced(watches: Readonly<Record<string, WatchHealth>>): HealthCheck {
  return () => {
    const missing = Object.keys(watches).filter((name) => !watches[name]!.hasSynced);
    if (missing.length > 0) throw new Error(`not listed yet: ${missing.join(', ')}`);
    return true;
  };
}

/**
 * Says no when a collection could not be read for too long. For `/healthz` the limit must outlast an
 * API server that is away, which no restart brings back: a restart only helps against what is stuck
 * in this process, such as an address or credentials.
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
    const texts = silent.map(
      ([name, { failingFor }]) => `${name} for ${Math.round(failingFor)} ms`,
    );
    throw new Error(`not heard from: ${texts.join(', ')}`);
  };
}

/**
 * Says no when a reconcile of the queue has run for too long: it waits for something that does not
 * come, and its key with it.
 *
 * @param limit milliseconds
 */
export function queueHealthy(queue: { readonly longestRun: number }, limit: number): HealthCheck {
  return () => {
    if (queue.longestRun <= limit) return true;
    throw new Error(`a reconcile has run for ${Math.round(queue.longestRun)} ms`);
  };
}
