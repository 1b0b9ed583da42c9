import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NetworkFacts } from '../bitcoin-network/network-facts.ts';
import { limits as defaultLimits, type SeriesLimits } from './limits.ts';
import { metrics, type MetricDefinition } from '../../constructs/monitoring/names.ts';
import { sampleNetwork, type GaugeValues, type NetworkSample } from './network-sample.ts';
import type { GaugeName, MetricsRegistry } from './registry.ts';
import type { RpcMetrics } from './rpc-metrics.ts';

/** The networks that a controller manages, as {@link NetworkMetrics} reads them. */
export interface NetworkSource {
  /** Yields what is in memory about each network; nothing while this process does not lead. */
  facts(): Iterable<NetworkFacts>;
}

/** Milliseconds of a collection after which other work may run. */
const turnLength = 5;

/** Collects the metrics of networks and nodes from the memory of the controller. */
export class NetworkMetrics {
  readonly #registry: MetricsRegistry;
  readonly #rpc: RpcMetrics;
  readonly #limits: SeriesLimits;

  constructor(registry: MetricsRegistry, rpc: RpcMetrics, limits: SeriesLimits = defaultLimits) {
    this.#registry = registry;
    this.#rpc = rpc;
    this.#limits = limits;
  }

  /** Replaces all series of networks by those of the networks that exist now. */
  async collect(source: NetworkSource): Promise<void> {
    this.#reset();
    const keys = new Set<string>();
    const totals = { all: 0, ready: 0, connected: 0, stalled: 0, rolling: 0 };
    const series = { networks: 0, nodes: 0 };
    const omitted = { network: 0, node: 0 };
    let turnEnd = performance.now() + turnLength;
    for (const facts of source.facts()) {
      const sample = sampleNetwork(facts);
      keys.add(facts.key);
      totals.all++;
      totals.ready += Number(sample.isReady);
      totals.connected += Number(sample.isConnected);
      totals.stalled += Number(sample.isStalled);
      totals.rolling += Number(sample.isRolling);
      if (series.networks < this.#limits.networks) {
        series.networks++;
        const left = this.#limits.nodes - series.nodes;
        const count = Math.min(sample.nodes.length, this.#limits.nodesPerNetwork, left);
        series.nodes += count;
        omitted.node += sample.nodes.length - count;
        this.#setNetwork(facts, sample, count);
      } else {
        omitted.network++;
        omitted.node += sample.nodes.length;
      }
      if (performance.now() < turnEnd) continue;
      await nextTurn();
      turnEnd = performance.now() + turnLength;
    }
    this.#rpc.retain(keys);
    if (totals.all === 0) return;
    this.#setEach('bitcoin_networks', 'state', totals);
    this.#setEach('bitcoin_network_series_omitted', 'kind', omitted);
  }

  #reset(): void {
    for (const name of gauges) this.#registry.gauge(name).reset();
    this.#registry.counter('bitcoin_network_rpc_failures_total').reset();
  }

  #setNetwork({ key, network }: NetworkFacts, sample: NetworkSample, nodeCount: number): void {
    const { namespace = '', name } = network.metadata;
    const labels = { namespace, network: name };
    this.#set(labels, sample.values);
    for (const { pod, values } of sample.nodes.slice(0, nodeCount)) {
      this.#set({ ...labels, pod }, values);
    }
    const failures = this.#registry.counter('bitcoin_network_rpc_failures_total');
    for (const [failure, count] of this.#rpc.failuresOf(key)) {
      failures.inc({ ...labels, failure }, count);
    }
  }

  #set(labels: Readonly<Record<string, string>>, values: GaugeValues): void {
    for (const [name, value] of Object.entries<number | undefined>(values)) {
      if (value !== undefined) this.#registry.gauge(name as GaugeName).set(labels, value);
    }
  }

  #setEach(name: GaugeName, label: string, values: Readonly<Record<string, number>>): void {
    for (const [key, value] of Object.entries(values)) {
      this.#registry.gauge(name).set({ [label]: key }, value);
    }
  }
}

/** The gauges of networks and nodes. */
const gauges = Object.entries<MetricDefinition>(metrics)
  .filter(([name, { type }]) => name.startsWith('bitcoin_') && type === 'gauge')
  .map(([name]) => name as GaugeName);
