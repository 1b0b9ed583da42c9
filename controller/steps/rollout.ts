import { RpcError } from '../../bitcoin/rpc-error.ts';
import type { NodeClients } from '../node-clients.ts';
import type { StatefulSet } from '../workloads.ts';
import type { NodeState } from './nodes.ts';

/** A node's view of the chain. */
export interface Tip {
  readonly blocks: number;
  readonly bestBlockHash: string;
}

/** What {@link nextPartition} judges by. */
export interface RolloutState {
  /** spec.nodes. */
  readonly wanted: number;
  readonly statefulSet: StatefulSet;
  readonly nodes: readonly NodeState[];
  /** Whether a planned link between nodes that answer is down. */
  readonly linksDown: boolean;
  /** Tips by ordinal of the nodes that answered. */
  readonly tips: ReadonlyMap<number, Tip>;
}

/** Whether pods are to be replaced by ones of a newer revision, as far as the status knows the spec. */
export function isRolling(set: StatefulSet): boolean {
  return isObserved(set) && set.status?.updateRevision !== set.status?.currentRevision;
}

/** Whether the status is about the spec as it is now. */
function isObserved({ metadata, status }: StatefulSet): boolean {
  return status?.observedGeneration === metadata.generation;
}

/** The update partition that the StatefulSet has: pods from this ordinal on are replaced. */
export function partitionOf({ spec }: StatefulSet): number {
  return spec.updateStrategy?.rollingUpdate?.partition ?? 0;
}

/**
 * The partition that holds every pod while nothing rolls, so that a changed
 * template replaces none by itself; and the one that is there while something
 * rolls, or may do so: a status that has not caught up does not tell.
 */
export function heldPartition(wanted: number, statefulSet: StatefulSet | undefined): number {
  const settled = !statefulSet || (isObserved(statefulSet) && !isRolling(statefulSet));
  return settled ? wanted : partitionOf(statefulSet);
}

/**
 * The partition from which the StatefulSet may replace pods now, from the last
 * ordinal down. A node on emptyDir starts without a chain and is Ready before it
 * has one, so the next is replaced only once those before it are Ready, linked,
 * and have the network's best block. Nodes of the old revision that are not
 * Ready stop nothing: the new revision may be what mends them.
 */
export function nextPartition(state: RolloutState): number {
  const { wanted, statefulSet, nodes, linksDown, tips } = state;
  const partition = Math.min(partitionOf(statefulSet), wanted);
  const revision = statefulSet.status?.updateRevision;
  const best = Math.max(0, ...[...tips.values()].map(({ blocks }) => blocks));
  const bestHashes = new Set(
    [...tips.values()].filter(({ blocks }) => blocks === best).map((tip) => tip.bestBlockHash),
  );
  for (let ordinal = partition; ordinal < wanted; ordinal++) {
    const node = nodes.find((candidate) => candidate.ordinal === ordinal);
    const tip = tips.get(ordinal);
    const replaced = node?.ready === true && node.revision === revision;
    if (!replaced || !tip || !bestHashes.has(tip.bestBlockHash)) return partition;
  }
  return linksDown ? partition : Math.max(0, partition - 1);
}

/** Asks the nodes for their tips. One that does not answer is left out, and so not taken for replaced. */
export async function readTips(clients: NodeClients): Promise<Map<number, Tip>> {
  const tips = new Map<number, Tip>();
  await Promise.all(
    [...clients].map(async ([ordinal, client]) => {
      try {
        const info = (await client.call('getblockchaininfo')) as ChainInfo;
        tips.set(ordinal, { blocks: info.blocks, bestBlockHash: info.bestblockhash });
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
      }
    }),
  );
  return tips;
}

interface ChainInfo {
  readonly blocks: number;
  readonly bestblockhash: string;
}
