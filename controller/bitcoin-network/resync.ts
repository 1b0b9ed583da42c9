/** Milliseconds between two reconciles of a network that does not change. */
const resyncPeriod = 30_000;

/** A resync that is due sooner, in milliseconds, moves to the next period. */
const minResyncDelay = 1_000;

/**
 * Returns the milliseconds until a network's next resync. Every network has its own offset within
 * the period, because resyncs of all networks at once would delay edits.
 *
 * @param uid metadata.uid of the network, which determines the offset
 * @param now milliseconds since the epoch
 */
export function untilResync(uid: string, now: number): number {
  const offset = (Number.parseInt(uid.slice(0, 8), 16) / 2 ** 32) * resyncPeriod;
  const delay = resyncPeriod - ((now - offset) % resyncPeriod);
  return delay < minResyncDelay ? delay + resyncPeriod : delay;
}
