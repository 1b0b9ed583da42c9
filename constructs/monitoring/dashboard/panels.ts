import {
  buckets,
  counts,
  ofReplicas,
  ownControllers,
  replicas,
  series,
  type LabelOf,
} from '../expression.ts';
import type { MetricName } from '../names.ts';

/** A line of a panel. */
export interface PanelQuery {
  /** PromQL with the variables of the dashboard. */
  readonly expr: string;
  /** The name of the line, with the labels of its series in double braces. */
  readonly legend: string;
}

/** A panel of the dashboard. */
export interface Panel {
  readonly title: string;
  readonly description: string;
  /** The unit of Grafana. @default none: a number */
  readonly unit?: 's' | 'ops' | 'bytes' | 'percentunit';
  /** How the values are shown. @default lines over time */
  readonly type?: 'stat';
  readonly queries: readonly PanelQuery[];
}

/** Panels under one heading. */
export interface PanelRow {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** The metrics that have labels of a network. */
type NetworkMetric = {
  [Name in MetricName]: 'network' extends LabelOf<Name> ? Name : never;
}[MetricName];

const network = '{{namespace}}/{{network}}';

/** The series of a metric for the networks that the variables of the dashboard select. */
function selected(name: NetworkMetric): string {
  return series(name, { namespace: '=~"$namespace"', network: '=~"$network"' });
}

function perNetwork(name: NetworkMetric): string {
  return `max by (namespace, network) (${selected(name)})`;
}

function total(name: NetworkMetric): string {
  return `sum(${selected(name)})`;
}

function rate(selector: string): string {
  return `rate(${selector}[$__rate_interval])`;
}

function quantile(share: number, selector: string, by = ''): string {
  return `histogram_quantile(${share}, sum by (le${by}) (${rate(selector)}))`;
}

const own = { controller: ownControllers };

/** All panels. docs/operations.md names the rows. */
export const panelRows: readonly PanelRow[] = [
  {
    title: 'Networks',
    panels: [
      {
        title: 'Networks',
        description: 'Numbers of networks by state. A network counts in several states.',
        type: 'stat',
        queries: [{ expr: `max by (state) (${series('bitcoin_networks')})`, legend: '{{state}}' }],
      },
      {
        title: 'Ready networks',
        description: 'The condition Ready of each network: 1 is True.',
        queries: [{ expr: perNetwork('bitcoin_network_ready'), legend: network }],
      },
      {
        title: 'Stalled networks',
        description: 'The condition Stalled of each network: 1 needs user action.',
        queries: [{ expr: perNetwork('bitcoin_network_stalled'), legend: network }],
      },
      {
        title: 'Nodes to replace',
        description: 'Nodes that the rollout in progress still has to replace.',
        queries: [{ expr: perNetwork('bitcoin_network_rollout_nodes_pending'), legend: network }],
      },
    ],
  },
  {
    title: 'Nodes',
    panels: [
      {
        title: 'Nodes',
        description: 'Nodes of the selected networks: in the specs, ready, and connected.',
        queries: [
          { expr: total('bitcoin_network_nodes_desired'), legend: 'desired' },
          { expr: total('bitcoin_network_nodes_ready'), legend: 'ready' },
          { expr: total('bitcoin_network_nodes_connected'), legend: 'connected' },
        ],
      },
      {
        title: 'Nodes that are not ready',
        description: 'Nodes in the spec of each network without a ready pod.',
        queries: [
          {
            expr: `${perNetwork('bitcoin_network_nodes_desired')} - ${perNetwork('bitcoin_network_nodes_ready')}`,
            legend: network,
          },
        ],
      },
      {
        title: 'Height',
        description: 'Highest block height of each network.',
        queries: [{ expr: perNetwork('bitcoin_network_height'), legend: network }],
      },
      {
        title: 'Blocks behind',
        description: 'Difference between the highest and the lowest height in each network.',
        queries: [
          {
            expr: `${perNetwork('bitcoin_network_height')} - ${perNetwork('bitcoin_network_height_lowest')}`,
            legend: network,
          },
        ],
      },
    ],
  },
  {
    title: 'Links',
    panels: [
      {
        title: 'Links',
        description: 'Links of the selected networks: planned, and up between ready nodes.',
        queries: [
          { expr: total('bitcoin_network_links_planned'), legend: 'planned' },
          { expr: total('bitcoin_network_links_up'), legend: 'up' },
        ],
      },
      {
        title: 'Links down',
        description: 'Planned links of each network that are not up.',
        queries: [
          {
            expr: `${perNetwork('bitcoin_network_links_planned')} - ${perNetwork('bitcoin_network_links_up')}`,
            legend: network,
          },
        ],
      },
      {
        title: 'Peers of each node',
        description: 'Ready nodes of its network that each node is linked to.',
        queries: [
          {
            expr: `max by (namespace, network, pod) (${selected('bitcoin_network_node_peers')})`,
            legend: '{{namespace}}/{{pod}}',
          },
        ],
      },
    ],
  },
  {
    title: 'RPC of nodes',
    panels: [
      {
        title: 'RPC latency',
        description: 'Duration of RPC requests to the nodes of all networks.',
        unit: 's',
        queries: [0.5, 0.99].map((share) => ({
          expr: quantile(share, buckets('bitcoin_network_rpc_duration_seconds')),
          legend: `p${share * 100}`,
        })),
      },
      {
        title: 'RPC requests',
        description: 'RPC requests to the nodes of all networks, by outcome.',
        unit: 'ops',
        queries: [
          {
            expr: `sum by (outcome) (${rate(counts('bitcoin_network_rpc_duration_seconds'))})`,
            legend: '{{outcome}}',
          },
        ],
      },
      {
        title: 'RPC failures',
        description: 'Failed RPC requests by network.',
        unit: 'ops',
        queries: [
          {
            // A network without failures has no series of them.
            expr: `sum by (namespace, network) (${rate(selected('bitcoin_network_rpc_failures_total'))}) or 0 * ${perNetwork('bitcoin_network_ready')}`,
            legend: network,
          },
        ],
      },
    ],
  },
  {
    title: 'Reconciles',
    panels: [
      {
        title: 'Reconciles',
        description: 'Reconciles by controller and result.',
        unit: 'ops',
        queries: [
          {
            expr: `sum by (controller, result) (${rate(series('controller_runtime_reconcile_total', own))})`,
            legend: '{{controller}} {{result}}',
          },
        ],
      },
      {
        title: 'Duration of reconciles',
        description: 'The 99th percentile by controller.',
        unit: 's',
        queries: [
          {
            expr: quantile(
              0.99,
              buckets('controller_runtime_reconcile_time_seconds', own),
              ', controller',
            ),
            legend: '{{controller}}',
          },
        ],
      },
      {
        title: 'Busy workers',
        description: 'Share of the concurrent reconciles that are running.',
        unit: 'percentunit',
        queries: [
          {
            expr: `sum by (controller) (${series('controller_runtime_active_workers', own)}) / sum by (controller) (${series('controller_runtime_max_concurrent_reconciles', own)})`,
            legend: '{{controller}}',
          },
        ],
      },
    ],
  },
  {
    title: 'Queues',
    panels: [
      {
        title: 'Depth',
        description: 'Keys that wait in each queue.',
        queries: [
          { expr: `sum by (name) (${series('workqueue_depth', own)})`, legend: '{{name}}' },
        ],
      },
      {
        title: 'Time in the queue',
        description: 'The 90th percentile of the time that a key waits.',
        unit: 's',
        queries: [
          {
            expr: quantile(0.9, buckets('workqueue_queue_duration_seconds', own), ', name'),
            legend: '{{name}}',
          },
        ],
      },
      {
        title: 'Added keys and retries',
        description: 'Keys that are added to each queue, and that are scheduled again.',
        unit: 'ops',
        queries: [
          {
            expr: `sum by (name) (${rate(series('workqueue_adds_total', own))})`,
            legend: '{{name}} added',
          },
          {
            expr: `sum by (name) (${rate(series('workqueue_retries_total', own))})`,
            legend: '{{name}} retried',
          },
        ],
      },
      {
        title: 'Longest reconcile',
        description: 'Duration of the oldest reconcile that is running.',
        unit: 's',
        queries: [
          {
            expr: `max by (name) (${series('workqueue_longest_running_processor_seconds', own)})`,
            legend: '{{name}}',
          },
        ],
      },
    ],
  },
  {
    title: 'API server and process',
    panels: [
      {
        title: 'Requests to the API server',
        description: 'Requests by method and status code.',
        unit: 'ops',
        queries: [
          {
            expr: `sum by (method, code) ${ofReplicas(rate(series('rest_client_requests_total')))}`,
            legend: '{{method}} {{code}}',
          },
        ],
      },
      {
        title: 'Lists and watches',
        description: 'Lists and watches that began in the last 10 minutes, by resource.',
        queries: [
          {
            expr: `sum by (name) ${ofReplicas(`increase(${series('reflector_lists_total')}[10m])`)}`,
            legend: '{{name}} lists',
          },
          {
            expr: `sum by (name) ${ofReplicas(`increase(${series('reflector_watches_total')}[10m])`)}`,
            legend: '{{name}} watches',
          },
        ],
      },
      {
        title: 'Leaders',
        description: 'Replicas that hold the Lease: 1, or 0 without a leader.',
        queries: [
          {
            expr: `sum(${replicas})`,
            legend: 'leaders',
          },
        ],
      },
      {
        title: 'Memory',
        description: 'Resident memory of each replica.',
        unit: 'bytes',
        queries: [
          {
            expr: ofReplicas(series('process_resident_memory_bytes')),
            legend: '{{instance}}',
          },
        ],
      },
      {
        title: 'CPU',
        description: 'CPU time of each replica per second.',
        unit: 's',
        queries: [
          {
            expr: ofReplicas(rate(series('process_cpu_seconds_total'))),
            legend: '{{instance}}',
          },
        ],
      },
    ],
  },
];
