import { ownControllers, series, type LabelOf } from '../expression.ts';
import type { MetricName } from '../names.ts';

/** The metrics that have labels of a network. */
type NetworkMetric = {
  [Name in MetricName]: 'network' extends LabelOf<Name> ? Name : never;
}[MetricName];

/** The legend of a network. */
export const network = '{{namespace}}/{{network}}';

/** The series of a metric for the networks that the variables of the dashboard select. */
export function selected(name: NetworkMetric): string {
  return series(name, { namespace: '=~"$namespace"', network: '=~"$network"' });
}

/** The values of a metric by network. */
export function perNetwork(name: NetworkMetric): string {
  return `max by (namespace, network) (${selected(name)})`;
}

/** The sum of a metric over the selected networks. */
export function total(name: NetworkMetric): string {
  return `sum(${selected(name)})`;
}

/** The increase of counters per second, over the interval that Grafana chooses. */
export function rate(selector: string): string {
  return `rate(${selector}[$__rate_interval])`;
}

/**
 * A quantile of a histogram.
 *
 * @param selector of its buckets
 * @param by further labels of the result, such as `, name`
 */
export function quantile(share: number, selector: string, by = ''): string {
  return `histogram_quantile(${share}, sum by (le${by}) (${rate(selector)}))`;
}

/** Selects the series of the controller among those of other controllers. */
export const own = { controller: ownControllers };
