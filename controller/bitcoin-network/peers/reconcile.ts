import {
  connectedPeers,
  planPeerChanges,
  type NodePeers,
  type PeerChanges,
  type PeerNames,
  type PeerState,
} from '../../../bitcoin/peers/peer-changes.ts';
import type { RpcCall, RpcClient } from '../../../bitcoin/rpc/client.ts';
import { RpcError, rpcErrorCode } from '../../../bitcoin/rpc/error.ts';
import { linkedPeers, type Topology } from '../../../bitcoin/plan/topologies/full-mesh.ts';
import { sleep, type Clock } from '../../../kube/runtime/clock.ts';
import type { NodeClients } from '../nodes/clients.ts';

/** What the nodes of one network said of their peers, after they were told what to change. */
export interface PeersSeen {
  /** By ordinal the nodes of this network that the node is linked with. */
  readonly connected: ReadonlyMap<number, ReadonlySet<number>>;
  /** The same in numbers, for nodes that answered or that another says it is linked with. */
  readonly counts: ReadonlyMap<number, number>;
  /** Ordinals whose planned links are all up. */
  readonly complete: ReadonlySet<number>;
  /** Planned links that are down, `alice-sts-0 - alice-sts-1`, both nodes ready or not. */
  readonly down: readonly string[];
  /** Ready nodes that did not answer, with the reason. */
  readonly failures: ReadonlyMap<number, RpcError>;
  /** Whether any node was told anything. */
  readonly changed: boolean;
}

/** What {@link syncPeers} works with. */
export interface PeersProps {
  readonly topology: Topology;
  readonly names: PeerNames;
  readonly clients: NodeClients;
  /** Throws when nodes may no longer be told anything. */
  readonly guard: () => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of a change that a node did not take; what became of it shows in the next reading. */
  readonly onFailure: (pod: string, error: RpcError) => void;
}

/** Milliseconds between two looks at links that were just dialled, and how many looks there are. */
const handshake = { interval: 50, looks: 10 };

/**
 * Makes the ready nodes match the plan: their addnode lists, links that left
 * the plan, links that are down. Nodes are asked again after the changes, until
 * their handshakes are done, so that what is returned is what is.
 */
export async function syncPeers(props: PeersProps): Promise<PeersSeen> {
  const { clients } = props;
  let reading = await readPeers(props);
  const changes = planPeerChanges(reading.state);
  const changed = [...changes.values()].some((change) => callsOf(change).length > 0);
  if (changed) {
    props.guard();
    await Promise.all(
      [...changes].map(([ordinal, change]) =>
        makeChanges(clients.get(ordinal)!, change, (error) => {
          props.onFailure(hostOf(props.names, ordinal), error);
        }),
      ),
    );
    for (let look = 0; look < handshake.looks; look++) {
      reading = await readPeers(props);
      if (!isDialing(reading.state)) break;
      await sleep(props.clock, handshake.interval, props.signal);
    }
  }
  return peersSeen(props, reading, changed);
}

/** Whether links between nodes that answer are still down. */
function isDialing(state: PeerState): boolean {
  return [...planPeerChanges(state).values()].some(({ dial }) => dial.length > 0);
}

function peersSeen({ topology, names }: PeersProps, reading: Reading, changed: boolean): PeersSeen {
  const { state, failures } = reading;
  const connected = connectedPeers(state);
  const down = linkedPeers(topology).map((peers, ordinal) =>
    peers.filter((peer) => !connected[ordinal]!.has(peer)),
  );
  const answered = [...state.nodes.keys()];
  const counts = [...connected.entries()]
    .filter(([ordinal, peers]) => state.nodes.has(ordinal) || peers.size > 0)
    .map(([ordinal, peers]) => [ordinal, peers.size] as const);
  return {
    connected: new Map(connected.entries()),
    counts: new Map(counts),
    complete: new Set(answered.filter((ordinal) => down[ordinal]?.length === 0)),
    down: down.flatMap((peers, ordinal) =>
      peers
        .filter((peer) => ordinal < peer)
        .map((peer) => `${hostOf(names, ordinal)} - ${hostOf(names, peer)}`),
    ),
    failures,
    changed,
  };
}

interface Reading {
  readonly state: PeerState;
  readonly failures: ReadonlyMap<number, RpcError>;
}

async function readPeers({ topology, names, clients }: PeersProps): Promise<Reading> {
  const nodes = new Map<number, NodePeers>();
  const failures = new Map<number, RpcError>();
  await Promise.all(
    [...clients].map(async ([ordinal, client]) => {
      try {
        nodes.set(ordinal, await readNodePeers(client));
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        failures.set(ordinal, error);
      }
    }),
  );
  return { state: { topology, names, nodes }, failures };
}

interface AddedNode {
  readonly addednode: string;
}

interface PeerInfo {
  readonly addr: string;
  readonly inbound: boolean;
  /** 0 until the handshake is done. */
  readonly version: number;
}

async function readNodePeers(client: RpcClient): Promise<NodePeers> {
  const [added, peers] = await client.batch([
    { method: 'getaddednodeinfo' },
    { method: 'getpeerinfo' },
  ]);
  if ('error' in added!) throw added.error;
  if ('error' in peers!) throw peers.error;
  return {
    added: (added!.result as AddedNode[]).map(({ addednode }) => addednode),
    outbound: (peers!.result as PeerInfo[])
      .filter(({ inbound, version }) => !inbound && version > 0)
      .map(({ addr }) => addr),
  };
}

/** What is taken away comes first: bitcoind would dial again what is cut while it is listed. */
function callsOf({ add, remove, disconnect, dial }: PeerChanges): RpcCall[] {
  return [
    ...remove.map((name) => addnode(name, 'remove')),
    ...disconnect.map((name): RpcCall => ({ method: 'disconnectnode', params: [name] })),
    ...add.map((name) => addnode(name, 'add')),
    ...dial.map((name) => addnode(name, 'onetry')),
  ];
}

function addnode(name: string, command: 'add' | 'remove' | 'onetry'): RpcCall {
  return { method: 'addnode', params: [name, command] };
}

/** Answers that only say that the node is already as it should be. */
const harmless = new Set<number | undefined>([
  rpcErrorCode.nodeAlreadyAdded,
  rpcErrorCode.nodeNotAdded,
  rpcErrorCode.nodeNotConnected,
]);

async function makeChanges(
  client: RpcClient,
  change: PeerChanges,
  onFailure: (error: RpcError) => void,
): Promise<void> {
  try {
    for (const outcome of await client.batch(callsOf(change))) {
      if ('error' in outcome && !harmless.has(outcome.error.code)) onFailure(outcome.error);
    }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    onFailure(error);
  }
}

function hostOf(names: PeerNames, ordinal: number): string {
  return names.nameOf(ordinal).split('.', 1)[0]!;
}
