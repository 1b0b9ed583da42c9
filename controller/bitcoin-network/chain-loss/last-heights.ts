import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { NodeViews } from '../nodes/query.ts';

/** What a pod last reported. */
interface PodRecord {
  /** metadata.uid of the pod. */
  readonly uid: string;
  /** Undefined until the pod reported its chain. */
  readonly height: number | undefined;
  /** Whether an event reported the loss of the pod's data. */
  readonly isReported: boolean;
}

/**
 * The last height that each pod reported, for messages about chains that are lost and for rollouts.
 * It is in memory only: after a restart of the controller, heights are unknown until nodes report
 * them.
 */
export class LastHeights {
  readonly #networks = new Map<string, Map<NodeName, PodRecord>>();

  /** Stores the heights that nodes report. */
  record(networkKey: string, nodes: readonly NodeState[], views: NodeViews): void {
    for (const { name, uid } of nodes) {
      const tip = views.get(name)?.tip;
      if (uid === undefined || !tip || !('value' in tip)) continue;
      const record = this.#networks.get(networkKey)?.get(name);
      const isReported = record?.uid === uid && record.isReported;
      this.#set(networkKey, name, { uid, height: tip.value.blocks, isReported });
    }
  }

  /** Returns the heights of the current pods. */
  heights(networkKey: string, nodes: readonly NodeState[]): ReadonlyMap<NodeName, number> {
    return new Map(
      nodes.flatMap(({ name, uid }) => {
        const record = this.#networks.get(networkKey)?.get(name);
        const isKnown = record?.uid === uid && record?.height !== undefined;
        return isKnown ? [[name, record.height] as const] : [];
      }),
    );
  }

  /**
   * Returns the last height of a node.
   *
   * @param uid of its pod; undefined for the last pod that reported
   */
  heightOf(networkKey: string, node: NodeName, uid?: string): number | undefined {
    const record = this.#networks.get(networkKey)?.get(node);
    return uid === undefined || record?.uid === uid ? record?.height : undefined;
  }

  /** Marks the loss of a pod's data as reported. @returns false if it was before */
  report(networkKey: string, node: NodeName, uid: string): boolean {
    const record = this.#networks.get(networkKey)?.get(node);
    const isSamePod = record?.uid === uid;
    if (isSamePod && record.isReported) return false;
    const height = isSamePod ? record.height : undefined;
    this.#set(networkKey, node, { uid, height, isReported: true });
    return true;
  }

  /** Forgets a deleted network. */
  forget(networkKey: string): void {
    this.#networks.delete(networkKey);
  }

  #set(networkKey: string, node: NodeName, record: PodRecord): void {
    const records = this.#networks.get(networkKey) ?? new Map<NodeName, PodRecord>();
    this.#networks.set(networkKey, records.set(node, record));
  }
}
