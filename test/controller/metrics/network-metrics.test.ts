import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { planNetwork } from '../../../bitcoin/plan/network-plan.ts';
import type { RpcFailure } from '../../../bitcoin/rpc/error.ts';
import { regtest } from '../../../bitcoin/chain.ts';
import { networkNames } from '../../../constructs/bitcoin-network/names.ts';
import type { NetworkFacts } from '../../../controller/bitcoin-network/network-facts.ts';
import { limits, type SeriesLimits } from '../../../controller/metrics/limits.ts';
import { labels } from '../../../constructs/monitoring/names.ts';
import { NetworkMetrics } from '../../../controller/metrics/network-metrics.ts';
import { MetricsRegistry } from '../../../controller/metrics/registry.ts';
import { RpcMetrics } from '../../../controller/metrics/rpc-metrics.ts';
import { parsePrometheusText } from '../../framework/prometheus-text.ts';
import { network, node, peers, statefulSet } from '../builders.ts';

/** A network of ready and linked nodes. */
function facts(name: string, nodes: number): NetworkFacts {
  const plan = planNetwork({ nodes });
  return {
    key: `lab/${name}`,
    network: network({ nodes }, { name }),
    plan,
    names: networkNames(name, regtest),
    statefulSet: statefulSet(nodes),
    nodes: [...plan.nodes.keys()].map((one) => node(one)),
    peers: peers(nodes),
    heights: new Map(),
  };
}

let registry: MetricsRegistry;
let rpc: RpcMetrics;
let networks: NetworkFacts[];

beforeEach(async () => {
  registry = await MetricsRegistry.load();
  rpc = new RpcMetrics(registry, 10);
  networks = [];
});

async function scrape(seriesLimits?: SeriesLimits): Promise<ReadonlyMap<string, number>> {
  const metrics = new NetworkMetrics(registry, rpc, seriesLimits);
  await metrics.collect({ facts: () => networks });
  return parsePrometheusText(await registry.render()).series;
}

const seriesOf = (series: ReadonlyMap<string, number>, text: string) =>
  [...series.keys()].filter((id) => id.includes(text));

describe('NetworkMetrics', () => {
  test('has the series of each network and node, and the number of networks', async () => {
    networks = [facts('alice', 3), facts('bob', 1)];
    const series = await scrape();
    expect(series.get('bitcoin_networks{state="all"}')).toBe(2);
    expect(series.get('bitcoin_network_links_up{namespace="lab",network="alice"}')).toBe(3);
    expect(
      series.get('bitcoin_network_node_peers{namespace="lab",network="alice",pod="alice-sts-2"}'),
    ).toBe(2);
    expect(series.get('bitcoin_network_nodes_desired{namespace="lab",network="bob"}')).toBe(1);
    expect(series.get('bitcoin_network_series_omitted{kind="network"}')).toBe(0);
    expect(series.get('bitcoin_network_series_omitted{kind="node"}')).toBe(0);
  });

  test('omits gauges whose value is unknown', async () => {
    networks = [{ ...facts('alice', 3), peers: undefined }];
    const series = await scrape();
    expect(seriesOf(series, 'bitcoin_network_links_up')).toEqual([]);
    expect(seriesOf(series, 'bitcoin_network_height')).toEqual([]);
    expect(seriesOf(series, 'bitcoin_network_links_planned')).toHaveLength(1);
  });

  test('drops all series of a deleted network, those of its RPC failures included', async () => {
    networks = [facts('alice', 3), facts('bob', 1)];
    rpc.record('lab/alice', 10_000, 'timeout');
    expect(seriesOf(await scrape(), 'alice').length).toBeGreaterThan(20);
    networks = [networks[1]!];
    const series = await scrape();
    expect(seriesOf(series, 'alice')).toEqual([]);
    expect(series.get('bitcoin_networks{state="all"}')).toBe(1);
    // A new network of the same name starts at 0.
    networks = [facts('alice', 3)];
    expect(seriesOf(await scrape(), 'rpc_failures')).toEqual([]);
  });

  test('drops the series of a node that left the spec', async () => {
    networks = [facts('alice', 3)];
    expect(seriesOf(await scrape(), 'alice-sts-2').length).toBeGreaterThan(3);
    networks = [facts('alice', 2)];
    expect(seriesOf(await scrape(), 'alice-sts-2')).toEqual([]);
  });

  test('counts networks by state', async () => {
    const condition = { reason: 'Any', message: '', lastTransitionTime: '2026-01-01T12:00:00Z' };
    const conditions = ['Ready', 'PeersConnected', 'Stalled'].map((type) => ({
      ...condition,
      ...{ type, status: 'True' as const },
    }));
    const all = facts('alice', 3);
    networks = [
      { ...all, network: { ...all.network, status: { conditions } } },
      { ...facts('bob', 1), statefulSet: statefulSet(1, { updateRevision: 'r2' }) },
    ];
    const series = await scrape();
    const count = (state: string) => series.get(`bitcoin_networks{state="${state}"}`);
    expect(['all', 'ready', 'connected', 'stalled', 'rolling'].map(count)).toEqual([2, 1, 1, 1, 1]);
  });

  test('has no series at all while another process leads', async () => {
    networks = [facts('alice', 3)];
    await scrape();
    networks = [];
    expect(seriesOf(await scrape(), 'bitcoin_')).toEqual([]);
  });

  test.each<[string, SeriesLimits, number, number, number]>([
    ['of one network', { networks: 10, nodesPerNetwork: 2, nodes: 10 }, 4, 2, 0],
    ['of all networks', { networks: 10, nodesPerNetwork: 10, nodes: 4 }, 4, 2, 0],
    ['and networks', { networks: 1, nodesPerNetwork: 10, nodes: 10 }, 3, 3, 1],
  ])('bounds the series of nodes %s', async (_, bounds, own, omittedNodes, omittedNetworks) => {
    networks = [facts('alice', 3), facts('bob', 3)];
    const series = await scrape(bounds);
    expect(seriesOf(series, 'bitcoin_network_node_ready')).toHaveLength(own);
    expect(series.get('bitcoin_network_series_omitted{kind="node"}')).toBe(omittedNodes);
    expect(series.get('bitcoin_network_series_omitted{kind="network"}')).toBe(omittedNetworks);
    expect(series.get('bitcoin_networks{state="all"}')).toBe(2);
    // The sums of a network contain all of its nodes.
    expect(series.get('bitcoin_network_nodes_ready{namespace="lab",network="alice"}')).toBe(3);
    expect(seriesOf(series, 'bitcoin_network_nodes_ready')).toHaveLength(2 - omittedNetworks);
  });

  test('stays below 60,000 series, however many networks there are', async () => {
    rpc = new RpcMetrics(registry, limits.networks);
    const heights = new Map<NodeName, number>([
      ['0', 1],
      ['1', 1],
    ]);
    networks = Array.from({ length: limits.networks + 500 }, (_, i) => ({
      ...facts(`n${i}`, 2),
      heights,
    }));
    const failures = labels.failure.match(/[a-z]+(?=`)/g) as RpcFailure[];
    expect(failures).toHaveLength(6);
    for (const { key } of networks) for (const failure of failures) rpc.record(key, 1, failure);
    const { size } = await scrape();
    expect(size).toBeGreaterThan(40_000);
    expect(size).toBeLessThan(60_000);
  }, 30_000);

  test('lets other work run while it collects many networks', async () => {
    networks = Array.from({ length: 1_000 }, (_, i) => facts(`n${i}`, 8));
    let longest = 0;
    let last = performance.now();
    const turn = () => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    };
    const timer = setInterval(turn, 1);
    const collected = new NetworkMetrics(registry, rpc).collect({ facts: () => networks });
    let isDone = false;
    void collected.then(() => (isDone = true));
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(isDone).toBe(false);
    await collected;
    clearInterval(timer);
    expect(longest).toBeLessThan(500);
  });
});

describe('RpcMetrics', () => {
  test('records durations of all networks by outcome, and failures by network', async () => {
    networks = [facts('alice', 3)];
    rpc.record('lab/alice', 20, 'success');
    rpc.record('lab/alice', 10_000, 'timeout');
    rpc.record('lab/alice', 10_000, 'timeout');
    const series = await scrape();
    const name = 'bitcoin_network_rpc_duration_seconds';
    expect(series.get(`${name}_count{outcome="success"}`)).toBe(1);
    expect(series.get(`${name}_sum{outcome="success"}`)).toBeCloseTo(0.02);
    expect(series.get(`${name}_bucket{le="0.025",outcome="success"}`)).toBe(1);
    expect(series.get(`${name}_bucket{le="0.01",outcome="success"}`)).toBe(0);
    expect(series.get(`${name}_count{outcome="timeout"}`)).toBe(2);
    expect(
      series.get(
        'bitcoin_network_rpc_failures_total{failure="timeout",namespace="lab",network="alice"}',
      ),
    ).toBe(2);
    expect(seriesOf(series, 'rpc_failures')).toHaveLength(1);
  });

  test('counts failures of a limited number of networks', () => {
    for (let i = 0; i < 20; i++) rpc.record(`lab/n${i}`, 1, 'timeout');
    expect(rpc.failuresOf('lab/n9').get('timeout')).toBe(1);
    expect(rpc.failuresOf('lab/n10').size).toBe(0);
    rpc.retain(new Set(['lab/n9']));
    expect(rpc.failuresOf('lab/n0').size).toBe(0);
    rpc.record('lab/n10', 1, 'timeout');
    expect(rpc.failuresOf('lab/n10').size).toBe(1);
  });
});
