import type { NodeState } from '../nodes/observe.ts';

/** Delays in milliseconds before the next query of pending peers. */
const delays = { initial: 1_000, max: 30_000 };

/** Queries at the initial delay, before the delay grows. */
const quickPolls = 3;

interface Polls {
  /** The ready pods and their addresses, at the last query. */
  readonly pods: string;
  readonly count: number;
  readonly isFailing: boolean;
}

/**
 * The delays between queries of networks whose peers are pending. The delay of a network doubles
 * while its pods stay the same, so that a network that cannot be reached costs the others little.
 */
export class PollBackoff {
  readonly #polls = new Map<string, Polls>();

  /**
   * Returns the milliseconds until the next query, or undefined if the peers are not pending.
   *
   * @param nodes the nodes of the network; a change of their pods resets the delay
   * @param isFailing whether nodes do not respond
   */
  delay(
    networkKey: string,
    nodes: readonly NodeState[],
    isPending: boolean,
    isFailing: boolean,
  ): number | undefined {
    if (!isPending) {
      this.forget(networkKey);
      return undefined;
    }
    const pods = nodes.map(({ name, ip, ready }) => `${name} ${ip} ${String(ready)}`).join();
    const last = this.#polls.get(networkKey);
    const count = last?.pods === pods ? last.count + 1 : 1;
    this.#polls.set(networkKey, { pods, count, isFailing });
    return Math.min(delays.max, delays.initial * 2 ** Math.max(0, count - quickPolls));
  }

  /** Whether nodes of the network did not respond to the last query. */
  isFailing(networkKey: string): boolean {
    return this.#polls.get(networkKey)?.isFailing === true;
  }

  /** Drops the delay of a network. */
  forget(networkKey: string): void {
    this.#polls.delete(networkKey);
  }
}
