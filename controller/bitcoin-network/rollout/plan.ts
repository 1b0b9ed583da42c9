import { linkedPeers, type Topology } from '../../../bitcoin/plan/topologies/full-mesh.ts';
import { RpcError } from '../../../bitcoin/rpc/error.ts';
import type { NodeClients } from '../nodes/clients.ts';
import { isObserved, partitionOf, type StatefulSet } from '../../cache/workloads.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { PeersSeen } from '../peers/reconcile.ts';

/** A node's view of the chain, or why it gave none. */
export type Tip =
  | { readonly blocks: number; readonly headers: number; readonly bestBlockHash: string }
  | { readonly failure: RpcError };

/** What {@link planRollout} judges by. */
export interface RolloutState {
  readonly topology: Topology;
  readonly statefulSet: StatefulSet;
  readonly nodes: readonly NodeState[];
  readonly peers: Pick<PeersSeen, 'connected'>;
  /** By ordinal, of every node that is ready. */
  readonly tips: ReadonlyMap<number, Tip>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What the StatefulSet may do now, and what the next step waits for. */
export interface RolloutPlan {
  /** Update partition: pods from this ordinal on are replaced. */
  readonly partition: number;
  /** For a person; undefined when nothing is to be replaced. */
  readonly waitingFor: string | undefined;
}

/**
 * Whether pods are to be replaced: some are of another revision, or are missing
 * while revisions differ, when they would come back as what they were. The
 * pods decide, not the StatefulSet's counts: after a change that was taken back
 * its revisions are equal, and pods of the abandoned one are still there.
 */
export function isRolling(
  wanted: number,
  { status }: StatefulSet,
  nodes: readonly NodeState[],
): boolean {
  const there = nodes.filter(({ ordinal }) => ordinal < wanted);
  if (there.some(({ revision }) => revision !== status?.updateRevision)) return true;
  return there.length < wanted && status?.currentRevision !== status?.updateRevision;
}

/**
 * The partition that the chart is applied with. While nothing rolls it holds
 * every pod, so that a changed template replaces none by itself; while something
 * does, or may do so, since the status has not caught up, it stays.
 */
export function heldPartition(
  wanted: number,
  set: StatefulSet | undefined,
  nodes: readonly NodeState[],
): number {
  const settled = !set || (isObserved(set) && !isRolling(wanted, set, nodes));
  return settled ? wanted : partitionOf(set);
}

/** Milliseconds that a node is given to fetch the chain where nobody can tell how long that is. */
const blindWait = 10_000;

/**
 * What may be replaced, from the last ordinal down. A node on emptyDir starts
 * without a chain and is ready before it has one, so a working node of the old
 * revision is replaced only once all those before it are ready, linked, and have
 * the network's best block. Nodes that fail for good are replaced without waiting:
 * the new revision may be what mends them.
 *
 * The answer follows from what is there, so it also takes back what an earlier
 * one allowed, as when the spec changes again on the way.
 */
export function planRollout(state: RolloutState): RolloutPlan {
  const { statefulSet, topology, nodes } = state;
  const wanted = topology.addnode.length;
  const revision = statefulSet.status?.updateRevision;
  let partition = wanted;
  let waitingFor: string | undefined;
  for (let ordinal = wanted - 1; ordinal >= 0; ordinal--) {
    const node = nodes.find((candidate) => candidate.ordinal === ordinal);
    if (!node) {
      waitingFor ??= `node ${ordinal} has no pod yet`;
    } else if (node.revision === revision) {
      waitingFor ??= missingOf(node, state);
    } else if (node.problem?.lasting === true) {
      waitingFor ??= `${node.pod}, which fails, is replaced`;
    } else {
      waitingFor ??= silentNode(state) ?? startingNode(state, ordinal);
      return waitingFor === undefined
        ? { partition: ordinal, waitingFor: `${node.pod} is replaced` }
        : { partition, waitingFor };
    }
    partition = ordinal;
  }
  return { partition: waitingFor === undefined ? wanted : partition, waitingFor };
}

/** What a replaced node lacks; undefined if nothing. */
function missingOf(node: NodeState, state: RolloutState): string | undefined {
  const { pod, ordinal } = node;
  if (!node.ready) return `${pod} is not ready`;
  const tip = state.tips.get(ordinal);
  if (!tip || 'failure' in tip) return `${pod} does not answer`;
  const linked = state.peers.connected.get(ordinal) ?? new Set();
  const unlinked = linkedPeers(state.topology)[ordinal]!.find(
    (peer) => !linked.has(peer) && answers(state.tips.get(peer)),
  );
  if (unlinked !== undefined) return `${pod} is not linked with node ${unlinked}`;
  if (othersRefuseLogin(node, state)) return blindlyMissingOf(node, tip, state.now);
  const best = bestTips(state.tips);
  if (best.has(tip.bestBlockHash)) return undefined;
  return `${pod} is at block ${tip.blocks}, others are ahead`;
}

/** Nodes of the old revision may know another login: then only time tells. */
function othersRefuseLogin({ ordinal }: NodeState, { tips }: RolloutState): boolean {
  const others = [...tips].filter(([other]) => other !== ordinal).map(([, tip]) => tip);
  return others.some((tip) => 'failure' in tip && tip.failure.failure === 'unauthorized');
}

function blindlyMissingOf(
  { pod, readySince }: NodeState,
  { blocks, headers }: { blocks: number; headers: number },
  now: number,
): string | undefined {
  const settled = readySince !== undefined && now - readySince >= blindWait && blocks === headers;
  return settled ? undefined : `${pod} is at block ${blocks}, the others cannot be asked`;
}

/** A ready node that does not answer, and so may have blocks that no one knows of. */
function silentNode({ nodes, tips }: RolloutState): string | undefined {
  const silent = nodes.find(({ ordinal, ready }) => {
    const tip = tips.get(ordinal);
    const isSilent = !tip || ('failure' in tip && tip.failure.failure !== 'unauthorized');
    return ready && isSilent;
  });
  return silent && `${silent.pod} does not answer`;
}

/** Another node that is on its way up: one missing at a time is enough. One that crashes is not waited for. */
function startingNode({ nodes, topology }: RolloutState, next: number): string | undefined {
  for (const ordinal of topology.addnode.keys()) {
    const node = nodes.find((candidate) => candidate.ordinal === ordinal);
    if (ordinal === next || node?.ready === true || node?.problem !== undefined) continue;
    return node ? `${node.pod} is not ready` : `node ${ordinal} has no pod yet`;
  }
  return undefined;
}

function answers(tip: Tip | undefined): boolean {
  return tip !== undefined && !('failure' in tip);
}

/** Hashes of the highest blocks; more than one when nodes disagree. */
function bestTips(tips: RolloutState['tips']): Set<string> {
  const known = [...tips.values()].flatMap((tip) => ('failure' in tip ? [] : [tip]));
  const height = Math.max(0, ...known.map(({ blocks }) => blocks));
  return new Set(known.filter(({ blocks }) => blocks === height).map((tip) => tip.bestBlockHash));
}

/** Asks the nodes for their tips. */
export async function readTips(clients: NodeClients): Promise<Map<number, Tip>> {
  const tips = await Promise.all(
    [...clients].map(async ([ordinal, client]): Promise<[number, Tip]> => {
      try {
        const info = (await client.call('getblockchaininfo')) as ChainInfo;
        const { blocks, headers, bestblockhash: bestBlockHash } = info;
        return [ordinal, { blocks, headers, bestBlockHash }];
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        return [ordinal, { failure: error }];
      }
    }),
  );
  return new Map(tips);
}

interface ChainInfo {
  readonly blocks: number;
  readonly headers: number;
  readonly bestblockhash: string;
}
