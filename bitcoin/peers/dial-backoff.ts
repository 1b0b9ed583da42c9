import type { NodeName } from '../plan/node-name.ts';

/** A dial of one node by another. */
export interface Dial {
  /** The node that dials. */
  readonly from: NodeName;
  readonly to: NodeName;
  /** A text that changes with the pod of the node that dials. */
  readonly fromPod: string;
  /** A text that changes with the pod of the other node. */
  readonly toPod: string;
}

/** Delays in milliseconds between two dials of the same node by the same node. */
const delays = { initial: 1_000, max: 30_000 };

interface LastDial {
  readonly fromPod: string;
  readonly toPod: string;
  readonly attempts: number;
  readonly time: number;
}

/**
 * The dials of one network. A dial that did not establish a link is repeated after 1 s, 2 s, 4 s
 * and so on up to 30 s, and at once when a pod at either end changes.
 */
export class DialBackoff {
  readonly #dials = new Map<string, LastDial>();

  /**
   * Returns the dials that may start now, those of the longest ago first, so that a node that
   * starts only a few reaches all of its peers.
   *
   * @param dials all dials that the network needs; the history of others is dropped
   */
  due<T extends Dial>(dials: readonly T[], now: number): T[] {
    const keys = new Set(dials.map(keyOf));
    for (const key of this.#dials.keys()) if (!keys.has(key)) this.#dials.delete(key);
    const timeOf = (dial: Dial) => this.#last(dial)?.time ?? -Infinity;
    return dials
      .filter((dial) => this.#isDue(dial, now))
      .sort((a, b) => compare(timeOf(a), timeOf(b)));
  }

  /** Returns the number of dials so far between the same pods. */
  attempts(dial: Dial): number {
    return this.#last(dial)?.attempts ?? 0;
  }

  /** Records a dial. */
  record(dial: Dial, now: number): void {
    const { fromPod, toPod } = dial;
    const attempts = this.attempts(dial) + 1;
    this.#dials.set(keyOf(dial), { fromPod, toPod, attempts, time: now });
  }

  #isDue(dial: Dial, now: number): boolean {
    const last = this.#last(dial);
    if (!last) return true;
    return now - last.time >= Math.min(delays.max, delays.initial * 2 ** (last.attempts - 1));
  }

  #last(dial: Dial): LastDial | undefined {
    const last = this.#dials.get(keyOf(dial));
    return last?.fromPod === dial.fromPod && last.toPod === dial.toPod ? last : undefined;
  }
}

function keyOf({ from, to }: Dial): string {
  return `${from} ${to}`;
}

/** Compares numbers of which both may be -Infinity. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
