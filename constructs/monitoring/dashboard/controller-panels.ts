import { buckets, counts, ofReplicas, replicas, series } from '../expression.ts';
import type { PanelRow } from './panel.ts';
import { network, own, perNetwork, quantile, rate, selected } from './queries.ts';

/** The panels of the controller and its requests. */
export const controllerPanels: readonly PanelRow[] = [
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
