import { limits } from '../../controller/metrics/limits.ts';
import { labels, metrics, type MetricDefinition } from '../../constructs/monitoring/names.ts';
import { table } from './markdown.ts';

/** The sections of the page, with the prefixes of their metrics. */
const sections = [
  ['Networks and nodes', ['bitcoin_']],
  ['Reconciles and work queues', ['controller_runtime_', 'workqueue_']],
  ['API server and process', ['rest_client_', 'reflector_', 'leader_election_', 'process_']],
] as const;

function section(title: string, prefixes: readonly string[]): string {
  const rows = Object.entries<MetricDefinition>(metrics)
    .filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix)))
    .map(([name, { type, labels, help }]) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(', '),
      help,
    ]);
  return `## ${title}\n\n${table(['metric', 'type', 'labels', 'meaning'], rows)}`;
}

/**
 * Returns the page of the metrics.
 *
 * @throws Error if a metric has no section
 */
export function metricsPage(): string {
  const covered = sections.flatMap(([, prefixes]) => prefixes);
  const uncovered = Object.keys(metrics).filter(
    (name) => !covered.some((prefix) => name.startsWith(prefix)),
  );
  if (uncovered.length > 0) {
    throw new Error(`add a section for ${uncovered.join(', ')} to scripts/reference/metrics.ts`);
  }
  return `# Metrics

The controller serves these metrics in the text format of Prometheus if it is started with
\`--metrics-port\` ([how to switch them on](../operations.md#metrics)).

${sections.map(([title, prefixes]) => section(title, prefixes)).join('\n\n')}

## Labels

${table(
  ['label', 'values'],
  Object.entries(labels).map(([name, text]) => [`\`${name}\``, text]),
)}

## Number of series

Only the leader serves the metrics of networks and nodes, so sums over replicas count each network
once. The series of a network disappear when it is deleted, and those of a node when it leaves the
spec. The values of labels are names of objects and the words of the table above.

| limit | default |
| --- | --- |
| networks with series of their own | ${limits.networks} |
| nodes with series of their own in one network | ${limits.nodesPerNetwork} |
| nodes with series of their own in all networks | ${limits.nodes} |

Nodes beyond the limits count in the series of their network, and networks beyond the limit in
\`bitcoin_networks\` and \`bitcoin_network_rpc_duration_seconds\`. \`bitcoin_network_series_omitted\`
has their numbers. The nodes with the lowest ordinals, and the networks that the controller received
first, have series of their own.
`;
}
