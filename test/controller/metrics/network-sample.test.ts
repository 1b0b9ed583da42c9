import { planNetwork } from '../../../bitcoin/plan/network-plan.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import type { NetworkFacts } from '../../../controller/bitcoin-network/network-facts.ts';
import { sampleNetwork } from '../../../controller/metrics/network-sample.ts';
import {
  linkedWith,
  names,
  network,
  node,
  peers,
  statefulSet,
  tip,
  unanswered,
} from '../builders.ts';

/** The answers of 3 nodes that are all linked. */
const answers = peers(3, {
  views: new Map([
    ['0', { peers: linkedWith('1', '2'), tip: tip(0) }],
    ['1', { peers: linkedWith('0', '2'), tip: tip(0) }],
    ['2', { peers: linkedWith('0', '1'), tip: tip(0) }],
  ]),
});

/** A network of 3 ready nodes that are all linked. */
function facts(changes: Partial<NetworkFacts> = {}): NetworkFacts {
  const resource = changes.network ?? network();
  return {
    key: 'lab/alice',
    network: resource,
    plan: planNetwork(resource.spec),
    names,
    statefulSet: statefulSet(3),
    nodes: [node('0'), node('1'), node('2')],
    peers: answers,
    heights: new Map(),
    ...changes,
  };
}

/** A network whose status has conditions, as `Ready=True` or `Ready=False/RollingOut`. */
function withConditions(...conditions: string[]): NetworkFacts['network'] {
  return {
    ...network(),
    status: {
      conditions: conditions.map((text) => {
        const [type, status, reason] = text.split(/[=/]/) as [string, 'True', string?];
        const lastTransitionTime = '2026-01-01T12:00:00Z';
        return { type, status, reason: reason ?? 'Any', message: '', lastTransitionTime };
      }),
    },
  };
}

const valuesOf = (changes?: Partial<NetworkFacts>) => sampleNetwork(facts(changes)).values;
const nodesOf = (changes?: Partial<NetworkFacts>) =>
  sampleNetwork(facts(changes)).nodes.map(({ values }) => values);

describe('sampleNetwork', () => {
  test('counts nodes and links of a network whose links are all up', () => {
    expect(valuesOf()).toMatchObject({
      bitcoin_network_nodes_desired: 3,
      bitcoin_network_nodes_ready: 3,
      bitcoin_network_nodes_connected: 3,
      bitcoin_network_links_planned: 3,
      bitcoin_network_links_up: 3,
    });
    const sample = sampleNetwork(facts());
    expect(sample.nodes.map(({ pod }) => pod)).toEqual([
      'alice-sts-0',
      'alice-sts-1',
      'alice-sts-2',
    ]);
    expect(sample.nodes[0]!.values).toEqual({
      bitcoin_network_node_ready: 1,
      bitcoin_network_node_connected: 1,
      bitcoin_network_node_links_planned: 2,
      bitcoin_network_node_peers: 2,
      bitcoin_network_node_height: undefined,
      bitcoin_network_node_rpc_up: 1,
    });
  });

  test.each([
    ['is deleted', [node('0'), node('1')]],
    ['is not ready', [node('0'), node('1'), node('2', { ready: false })]],
  ])('takes the links of a pod down as soon as it %s, before nodes answer', (_, nodes) => {
    expect(valuesOf({ nodes })).toMatchObject({
      bitcoin_network_nodes_ready: 2,
      bitcoin_network_nodes_connected: 0,
      bitcoin_network_links_planned: 3,
      bitcoin_network_links_up: 1,
    });
    expect(nodesOf({ nodes })[2]).toEqual({
      bitcoin_network_node_ready: 0,
      bitcoin_network_node_connected: 0,
      bitcoin_network_node_links_planned: 2,
      bitcoin_network_node_peers: 0,
      bitcoin_network_node_height: undefined,
      bitcoin_network_node_rpc_up: undefined,
    });
  });

  test('counts a link that is down between ready nodes', () => {
    const connected = new Map<NodeName, Set<NodeName>>([
      ['0', new Set(['1'])],
      ['1', new Set(['0', '2'])],
      ['2', new Set(['1'])],
    ]);
    const values = valuesOf({ peers: { ...answers, connected } });
    expect(values.bitcoin_network_links_up).toBe(2);
    expect(values.bitcoin_network_nodes_connected).toBe(1);
  });

  test('does not count a node as connected that does not respond', () => {
    const failure = unanswered('timeout');
    const views = new Map([...answers.views, ['2', { peers: failure, tip: failure }] as const]);
    const changes = { peers: { ...answers, views } };
    expect(valuesOf(changes)).toMatchObject({
      bitcoin_network_links_up: 3,
      bitcoin_network_nodes_connected: 2,
    });
    expect(nodesOf(changes)[2]).toMatchObject({
      bitcoin_network_node_rpc_up: 0,
      bitcoin_network_node_connected: 0,
    });
  });

  test('leaves out the links of ready nodes that were never queried', () => {
    const values = valuesOf({ peers: undefined });
    expect(values.bitcoin_network_links_planned).toBe(3);
    expect(values.bitcoin_network_links_up).toBeUndefined();
    expect(values.bitcoin_network_nodes_connected).toBeUndefined();
    const [first] = nodesOf({ peers: undefined });
    expect(first).toMatchObject({
      bitcoin_network_node_ready: 1,
      bitcoin_network_node_connected: undefined,
      bitcoin_network_node_peers: undefined,
      bitcoin_network_node_rpc_up: undefined,
    });
  });

  test('has no links up without ready nodes, whether they were queried or not', () => {
    expect(valuesOf({ peers: undefined, nodes: [] })).toMatchObject({
      bitcoin_network_nodes_ready: 0,
      bitcoin_network_links_planned: 3,
      bitcoin_network_links_up: 0,
    });
  });

  test('describes the spec of now, although the answers are older', () => {
    const larger = network({ nodes: 4 });
    expect(valuesOf({ network: larger })).toMatchObject({
      bitcoin_network_nodes_desired: 4,
      bitcoin_network_links_planned: 6,
      bitcoin_network_links_up: 3,
    });
    const smaller = sampleNetwork(facts({ network: network({ nodes: 2 }) }));
    expect(smaller.nodes).toHaveLength(2);
    expect(smaller.values).toMatchObject({
      bitcoin_network_nodes_ready: 2,
      bitcoin_network_links_up: 1,
    });
  });

  test('handles a network without nodes', () => {
    const empty = network({ nodes: 0 });
    const changes = { network: empty, nodes: [], peers: undefined, statefulSet: statefulSet(0) };
    expect(valuesOf(changes)).toMatchObject({
      bitcoin_network_nodes_desired: 0,
      bitcoin_network_nodes_connected: 0,
      bitcoin_network_links_up: 0,
      bitcoin_network_height: undefined,
    });
  });

  test.each([
    ['Ready=True', 'bitcoin_network_ready', 'isReady'],
    ['PeersConnected=True', 'bitcoin_network_connected', 'isConnected'],
    ['Stalled=True', 'bitcoin_network_stalled', 'isStalled'],
  ] as const)('reads the condition %s', (condition, name, flag) => {
    const isSet = sampleNetwork(facts({ network: withConditions(condition) }));
    expect(isSet.values[name]).toBe(1);
    expect(isSet[flag]).toBe(true);
    for (const status of ['False', 'Unknown']) {
      const other = withConditions(condition.replace('True', status));
      expect(valuesOf({ network: other })[name]).toBe(0);
    }
    expect(valuesOf()[name]).toBe(0);
  });

  test('has the highest and the lowest height of the pods that reported one', () => {
    const heights = new Map<NodeName, number>([
      ['0', 120],
      ['2', 101],
    ]);
    expect(valuesOf({ heights })).toMatchObject({
      bitcoin_network_height: 120,
      bitcoin_network_height_lowest: 101,
    });
    expect(nodesOf({ heights }).map((values) => values.bitcoin_network_node_height)).toEqual([
      120,
      undefined,
      101,
    ]);
  });
});

describe('the rollout in a sample', () => {
  const rollout = (changes: Partial<NetworkFacts>) => {
    const values = valuesOf(changes);
    return [
      values.bitcoin_network_rollout_in_progress,
      values.bitcoin_network_rollout_blocked,
      values.bitcoin_network_rollout_nodes_pending,
    ];
  };
  const rolling = statefulSet(3, { updateRevision: 'r2' });

  test('is not in progress while all pods are of the newest revision', () => {
    expect(rollout({})).toEqual([0, 0, 0]);
  });

  test('counts pods of an old revision, and missing ones', () => {
    const nodes = [node('0'), node('2', { revision: 'r2' })];
    expect(rollout({ statefulSet: rolling, nodes })).toEqual([1, 0, 2]);
  });

  test('does not count a missing pod while no revision changes', () => {
    expect(rollout({ nodes: [node('0')] })).toEqual([0, 0, 0]);
  });

  test('is blocked while the network is stalled', () => {
    const stalled = withConditions('Stalled=True');
    expect(rollout({ statefulSet: rolling, network: stalled })).toEqual([1, 1, 3]);
    expect(rollout({ network: stalled })).toEqual([0, 0, 0]);
  });

  test('continues while the status of the StatefulSet does not describe its spec', () => {
    const unobserved = statefulSet(3, { observedGeneration: 0 });
    const isRolling = withConditions('Ready=False/RollingOut');
    expect(rollout({ statefulSet: unobserved, network: isRolling })).toEqual([1, 0, 1]);
    expect(rollout({ statefulSet: unobserved })).toEqual([0, 0, 0]);
  });

  test('is not in progress without a StatefulSet', () => {
    expect(rollout({ statefulSet: undefined, nodes: [] })).toEqual([0, 0, 0]);
  });
});
