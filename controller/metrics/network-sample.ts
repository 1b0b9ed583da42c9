import type { NodeName } from '../../bitcoin/plan/node-name.ts';
import type { NetworkFacts } from '../bitcoin-network/network-facts.ts';
import { isObserved } from '../cache/workloads.ts';
import type { GaugeName } from './registry.ts';

/** Values of gauges by name. A gauge whose value is unknown is undefined. */
export type GaugeValues = Readonly<Partial<Record<GaugeName, number | undefined>>>;

/** The values of one network and of its nodes. */
export interface NetworkSample {
  readonly isReady: boolean;
  readonly isConnected: boolean;
  readonly isStalled: boolean;
  readonly isRolling: boolean;
  readonly values: GaugeValues;
  /** The nodes in the order of the plan. */
  readonly nodes: readonly NodeSample[];
}

/** The values of one node. */
export interface NodeSample {
  readonly pod: string;
  readonly values: GaugeValues;
}

/** What is known about the links of one node. */
interface NodeLinks {
  readonly isReady: boolean;
  readonly planned: number;
  /** The number of planned links that are up; undefined until nodes are queried. */
  readonly up: number | undefined;
  /** The number of ready nodes that the node is linked to; undefined until nodes are queried. */
  readonly peers: number | undefined;
  /** Whether the last query of the ready node succeeded; undefined without one. */
  readonly responds: boolean | undefined;
}

/** Returns the values of the gauges of one network. */
export function sampleNetwork(facts: NetworkFacts): NetworkSample {
  const { network, plan, names, heights } = facts;
  const isTrue = (type: string) => conditionOf(facts, type)?.status === 'True';
  const [isReady, isConnected, isStalled] = ['Ready', 'PeersConnected', 'Stalled'].map(isTrue);
  const links = linksOf(facts);
  const pending = pendingNodes(facts);
  const isRolling = pending > 0;
  const all = [...links.values()];
  const isQueried = all.every(({ up }) => up !== undefined);
  const reported = [...plan.nodes.keys()].flatMap((name) => heights.get(name) ?? []);
  const values: GaugeValues = {
    bitcoin_network_ready: Number(isReady),
    bitcoin_network_connected: Number(isConnected),
    bitcoin_network_stalled: Number(isStalled),
    bitcoin_network_nodes_desired: network.spec.nodes,
    bitcoin_network_nodes_ready: all.filter((node) => node.isReady).length,
    bitcoin_network_nodes_connected: isQueried ? all.filter(isComplete).length : undefined,
    bitcoin_network_links_planned: sum(all.map(({ planned }) => planned)) / 2,
    bitcoin_network_links_up: isQueried ? sum(all.map(({ up = 0 }) => up)) / 2 : undefined,
    bitcoin_network_rollout_in_progress: Number(isRolling),
    bitcoin_network_rollout_blocked: Number(isRolling && isStalled),
    bitcoin_network_rollout_nodes_pending: pending,
    bitcoin_network_height: reported.length > 0 ? Math.max(...reported) : undefined,
    bitcoin_network_height_lowest: reported.length > 0 ? Math.min(...reported) : undefined,
  };
  const nodes = [...links].map(([name, node]) => ({
    pod: names.pod(name),
    values: {
      bitcoin_network_node_ready: Number(node.isReady),
      bitcoin_network_node_connected: node.up === undefined ? undefined : Number(isComplete(node)),
      bitcoin_network_node_links_planned: node.planned,
      bitcoin_network_node_peers: node.peers,
      bitcoin_network_node_height: heights.get(name),
      bitcoin_network_node_rpc_up: node.responds === undefined ? undefined : Number(node.responds),
    },
  }));
  return {
    ...{ isReady: isReady!, isConnected: isConnected!, isStalled: isStalled!, isRolling },
    ...{ values, nodes },
  };
}

function conditionOf({ network }: NetworkFacts, type: string) {
  return network.status?.conditions?.find((condition) => condition.type === type);
}

/** Returns the links of each planned node. A link is up only between nodes that are ready now. */
function linksOf({ plan, nodes, peers }: NetworkFacts): Map<NodeName, NodeLinks> {
  const ready = new Set(nodes.filter((node) => node.ready).map(({ name }) => name));
  const isQueried = peers !== undefined || ![...plan.nodes.keys()].some((name) => ready.has(name));
  return new Map(
    [...plan.nodes.values()].map((node) => {
      const isReady = ready.has(node.name);
      const connected = [...(peers?.connected.get(node.name) ?? [])];
      const linked = new Set(isReady ? connected.filter((peer) => ready.has(peer)) : []);
      const answer = isReady ? peers?.views.get(node.name)?.peers : undefined;
      const links = {
        isReady,
        planned: node.peers.length,
        up: isQueried ? node.peers.filter((peer) => linked.has(peer)).length : undefined,
        peers: isQueried ? linked.size : undefined,
        responds: answer && 'value' in answer,
      };
      return [node.name, links];
    }),
  );
}

/** Whether a node responds and all its planned links are up. */
function isComplete({ responds, up, planned }: NodeLinks): boolean {
  return responds === true && up === planned;
}

/**
 * Returns the number of planned nodes that have to be replaced: those whose pod is of another
 * revision than the newest, and missing ones while revisions differ. While the status of the
 * StatefulSet does not describe its spec, the last Ready condition decides whether some have to be.
 */
function pendingNodes(facts: NetworkFacts): number {
  const { plan, nodes, statefulSet } = facts;
  if (!statefulSet) return 0;
  const { updateRevision, currentRevision } = statefulSet.status ?? {};
  const planned = nodes.filter(({ name }) => plan.nodes.has(name));
  const old = planned.filter(({ revision }) => revision !== updateRevision).length;
  const missing = currentRevision === updateRevision ? 0 : plan.nodes.size - planned.length;
  if (isObserved(statefulSet)) return old + missing;
  return conditionOf(facts, 'Ready')?.reason === 'RollingOut' ? Math.max(1, old + missing) : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
