import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import {
  metrics,
  type MetricDefinition,
  type MetricName,
} from '../../constructs/monitoring/names.ts';

/** The names of all metrics of a type. */
type NamesOf<Type extends MetricDefinition['type']> = {
  [Name in MetricName]: (typeof metrics)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** The name of a counter. */
export type CounterName = NamesOf<'counter'>;
/** The name of a gauge. */
export type GaugeName = NamesOf<'gauge'>;
/** The name of a histogram. */
export type HistogramName = NamesOf<'histogram'>;

/** Sets metrics to their current values. */
export type Collect = () => void | Promise<void>;

/** All metrics of names.ts. Their values are collected when they are rendered. */
export class MetricsRegistry {
  readonly contentType: string;
  readonly #registry: Registry;
  readonly #counters = new Map<string, Counter<string>>();
  readonly #gauges = new Map<string, Gauge<string>>();
  readonly #histograms = new Map<string, Histogram<string>>();
  readonly #collects: Collect[] = [];
  #rendering: Promise<string> | undefined;

  private constructor(library: typeof import('@prometheus-io/client')) {
    this.#registry = new library.Registry();
    this.contentType = this.#registry.contentType;
    for (const [name, definition] of Object.entries<MetricDefinition>(metrics)) {
      const { type, help, labels, buckets } = definition;
      const options = { name, help, labelNames: labels, registers: [this.#registry] };
      if (type === 'counter') this.#counters.set(name, new library.Counter(options));
      else if (type === 'gauge') this.#gauges.set(name, new library.Gauge(options));
      else {
        const histogram = new library.Histogram({ ...options, buckets: [...buckets!] });
        this.#histograms.set(name, histogram);
      }
    }
  }

  /** Loads the library and creates the metrics. A controller without metrics needs neither. */
  static async load(): Promise<MetricsRegistry> {
    return new MetricsRegistry(await import('@prometheus-io/client'));
  }

  counter(name: CounterName): Counter<string> {
    return this.#counters.get(name)!;
  }

  gauge(name: GaugeName): Gauge<string> {
    return this.#gauges.get(name)!;
  }

  histogram(name: HistogramName): Histogram<string> {
    return this.#histograms.get(name)!;
  }

  /** Adds a function that is called before metrics are rendered. */
  onCollect(collect: Collect): void {
    this.#collects.push(collect);
  }

  /** Returns all metrics in the text format of Prometheus. Concurrent calls share one result. */
  render(): Promise<string> {
    this.#rendering ??= this.#render().finally(() => {
      this.#rendering = undefined;
    });
    return this.#rendering;
  }

  async #render(): Promise<string> {
    for (const collect of this.#collects) await collect();
    const parts: string[] = [];
    for (const name of Object.keys(metrics)) {
      parts.push(await this.#registry.getSingleMetricAsString(name));
      // Reconciles continue between two metrics, each of which may have thousands of series.
      await nextTurn();
    }
    return `${parts.join('\n')}\n`;
  }
}
