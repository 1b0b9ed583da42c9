/** Milliseconds between two looks at a network though nothing changed. */
const resync = 30_000;
/** A turn sooner than this, in milliseconds, is left to the next period: the network was just looked at. */
const soonest = 1_000;

/**
 * Milliseconds until a network's next turn. Each has its own moment within the
 * period: all at once, as after a start, they would hold up whoever edits one.
 *
 * @param uid of the network; its moment follows from it
 * @param now milliseconds since the epoch
 */
export function untilResync(uid: string, now: number): number {
  const moment = (Number.parseInt(uid.slice(0, 8), 16) / 2 ** 32) * resync;
  const wait = resync - ((now - moment) % resync);
  return wait < soonest ? wait + resync : wait;
}
