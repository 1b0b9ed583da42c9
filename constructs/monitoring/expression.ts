import { leaseName } from '../controller-install/names.ts';
import type { MetricName, metrics } from './names.ts';

/** The labels of a metric. */
export type LabelOf<Name extends MetricName> = (typeof metrics)[Name]['labels'][number];

/** The names of the histograms. */
export type HistogramName = {
  [Name in MetricName]: (typeof metrics)[Name]['type'] extends 'histogram' ? Name : never;
}[MetricName];

/** Conditions on labels in PromQL, such as `{ code: '=~"5.."' }`. */
export type Matchers<Name extends MetricName> = Readonly<Partial<Record<LabelOf<Name>, string>>>;

/** Returns a PromQL selector of the series of a metric. */
export function series<Name extends MetricName>(name: Name, matchers?: Matchers<Name>): string {
  return `${name}${selector(matchers)}`;
}

/** Returns a PromQL selector of the buckets of a histogram. */
export function buckets<Name extends HistogramName>(name: Name, matchers?: Matchers<Name>): string {
  return `${name}_bucket${selector(matchers)}`;
}

/** Returns a PromQL selector of the numbers of observations of a histogram. */
export function counts<Name extends HistogramName>(name: Name, matchers?: Matchers<Name>): string {
  return `${name}_count${selector(matchers)}`;
}

function selector(matchers: Readonly<Partial<Record<string, string>>> = {}): string {
  const parts = Object.entries(matchers).map(([label, matcher]) => `${label}${matcher!}`);
  return parts.length === 0 ? '' : `{${parts.join(', ')}}`;
}

/** The series that each replica of the controller has, and no other process. */
export const replicas = series('leader_election_master_status', { name: `="${leaseName}"` });

/**
 * Restricts an expression to the replicas of the controller, for metrics that the processes of
 * Kubernetes and other controllers have too. The expression must have all labels of its series.
 */
export function ofReplicas(expression: string): string {
  return `(${expression} and on (job, instance) ${replicas})`;
}

/** Matches the values of the label `controller` of the controller. */
export const ownControllers = '=~"bitcoinnetwork(-nodes)?"';
