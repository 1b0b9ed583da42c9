import type { NodePeers } from '../../../bitcoin/peers/node-peers.ts';
import type { Dial } from '../../../bitcoin/peers/dial-backoff.ts';
import { inboundSlots } from '../../../bitcoin/peers/connection-slots.ts';
import {
  connectedPeers,
  planPeerChanges,
  type ConnectedPeers,
  type PeerAddresses,
  type PeerState,
} from '../../../bitcoin/peers/peer-changes.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import type { RpcError } from '../../../bitcoin/rpc/error.ts';
import { sleep } from '../../../kube/runtime/clock.ts';
import type { NodeClients } from '../nodes/clients.ts';
import { queryNodes, type NodeViews } from '../nodes/query.ts';
import type { Scope } from '../scope.ts';
import { peerAddresses, podIdentities } from './addresses.ts';
import { callsOf, makeChanges } from './changes.ts';
import { dialsOf, type Dialer } from './dialer.ts';
import { recordRemovals } from './removals.ts';

/** The peers of a network after {@link reconcilePeers}. */
export interface PeersResult {
  /** For each planned node the nodes of this network that it is connected with. */
  readonly connected: ConnectedPeers;
  /**
   * The number of connected nodes, for nodes that respond or that another node is connected with.
   */
  readonly counts: ReadonlyMap<NodeName, number>;
  /** Nodes whose planned links are all up. */
  readonly complete: ReadonlySet<NodeName>;
  /**
   * Planned links that are down, `alice-sts-0 - alice-sts-1`, whether or not both nodes are ready.
   */
  readonly down: readonly string[];
  /** Ready nodes that do not respond, with the reason. */
  readonly failures: ReadonlyMap<NodeName, RpcError>;
  /** The answers of the last query. */
  readonly views: NodeViews;
  /** Whether changes were made or nodes do not respond: the peers are to be queried again. */
  readonly isPending: boolean;
}

/**
 * Queries after a dial: their interval in milliseconds, their maximum number, and the milliseconds
 * after which no other one starts. Slow nodes must not hold a worker of the queue.
 */
const handshake = { interval: 50, queries: 10, timeout: 2_000 };

/**
 * Makes the ready nodes match the plan: updates their addnode lists, disconnects links that left
 * the plan and dials links that are down. After changes it queries the nodes again until their
 * handshakes are complete, so that the result is the current state.
 *
 * @param views the answers of the query before
 * @param dialer the dials of earlier reconciles
 */
export async function reconcilePeers(
  scope: Scope,
  clients: NodeClients,
  views: NodeViews,
  dialer: Dialer,
): Promise<PeersResult> {
  const addresses = peerAddresses(scope);
  const stateOf = (answers: NodeViews) => peerState(scope, addresses, answers);
  let current = views;
  const planned = planPeerChanges(stateOf(current));
  const changes = new Map([...planned].filter(([, change]) => callsOf(change).length > 0));
  // Nodes that accept no peers would only be dialed in vain.
  const canConnect = inboundSlots(scope.network.spec.config) > 0;
  const dials = canConnect ? dialsOf(planned, addresses, podIdentities(scope)) : [];
  if (dials.length === 0) dialer.forget(scope.key);
  if (changes.size > 0 || dials.length > 0) {
    scope.guard();
    const onFailure = (name: NodeName, err: RpcError) => {
      const fields = { network: scope.key, phase: 'peers', pod: scope.names.pod(name), err };
      scope.log.warn(fields, 'failed to update peers');
    };
    const failed = new Set<NodeName>();
    await Promise.all(
      [...changes].map(([name, change]) =>
        makeChanges(clients.get(name)!, change, (err) => {
          failed.add(name);
          onFailure(name, err);
        }),
      ),
    );
    recordRemovals(scope, addresses, new Map([...changes].filter(([name]) => !failed.has(name))));
    const { timeout } = handshake;
    const dialed = await dialer.dial(
      dials.filter(({ from }) => !failed.has(from)),
      { scope, clients, timeout, onFailure },
    );
    const deadline = scope.clock.elapsed() + timeout;
    const needsQuery = changes.size > 0 || dialed.length > 0;
    for (let query = 0; needsQuery && query < handshake.queries; query++) {
      current = await queryNodes(clients);
      if (areUp(dialed, stateOf(current)) || scope.clock.elapsed() >= deadline) break;
      await sleep(scope.clock, handshake.interval, scope.signal);
    }
  }
  const result = peersResult(scope, stateOf(current), current);
  const isPending = changes.size > 0 || dials.length > 0 || result.failures.size > 0;
  return { ...result, views: current, isPending };
}

function peerState({ plan }: Scope, addresses: PeerAddresses, views: NodeViews): PeerState {
  const nodes = new Map<NodeName, NodePeers>();
  for (const [name, { peers }] of views) if ('value' in peers) nodes.set(name, peers.value);
  return { plan, addresses, nodes };
}

/** Whether the links that nodes dialed are up. */
function areUp(dials: readonly Dial[], state: PeerState): boolean {
  const connected = connectedPeers(state);
  return dials.every(({ from, to }) => connected.get(from)?.has(to));
}

/** Returns the peers of a network without ready nodes. */
export function peersWithoutNodes(scope: Scope): PeersResult {
  const views: NodeViews = new Map();
  const state = peerState(scope, peerAddresses(scope), views);
  return { ...peersResult(scope, state, views), views, isPending: false };
}

function peersResult(
  { plan, names }: Scope,
  state: PeerState,
  views: NodeViews,
): Omit<PeersResult, 'views' | 'isPending'> {
  const connected = connectedPeers(state);
  const missing = [...plan.nodes.values()].map(({ name, peers }) => ({
    name,
    peers: peers.filter((peer) => !connected.get(name)!.has(peer)),
  }));
  const positions = new Map([...plan.nodes.keys()].map((name, position) => [name, position]));
  return {
    connected,
    counts: new Map(
      [...connected]
        .filter(([name, peers]) => state.nodes.has(name) || peers.size > 0)
        .map(([name, peers]) => [name, peers.size]),
    ),
    complete: new Set(
      missing
        .filter(({ name, peers }) => state.nodes.has(name) && peers.length === 0)
        .map(({ name }) => name),
    ),
    down: missing.flatMap(({ name, peers }) =>
      peers
        .filter((peer) => positions.get(name)! < positions.get(peer)!)
        .map((peer) => `${names.pod(name)} - ${names.pod(peer)}`),
    ),
    failures: new Map(
      [...views].flatMap(([name, { peers }]) => ('error' in peers ? [[name, peers.error]] : [])),
    ),
  };
}
