/** The definition of a metric. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly LabelName[];
  /** Upper bounds of the buckets of a histogram. */
  readonly buckets?: readonly number[];
}

/** The labels of all metrics, with their values. */
export const labels = {
  namespace: 'Namespace of the BitcoinNetwork.',
  network: 'Name of the BitcoinNetwork.',
  pod: 'Name of the pod of the node, such as `alice-sts-0`.',
  state: '`all`, `ready`, `connected`, `stalled` or `rolling`; a network counts in several.',
  kind: '`network` or `node`.',
  outcome: '`success`, or a value of `failure`.',
  failure: '`unreachable`, `timeout`, `unauthorized`, `forbidden`, `refused` or `malformed`.',
  controller:
    '`bitcoinnetwork` for objects and status, `bitcoinnetwork-nodes` for the RPC with nodes.',
  result: '`success`, `error`, `requeue` or `requeue_after`.',
  name: 'Name of the work queue (a value of `controller`), of the Lease, or of the watched resource.',
  code: 'HTTP status code, or `<error>` without a response.',
  method: 'HTTP method.',
  host: 'Host and port of the API server.',
} as const satisfies Readonly<Record<string, string>>;

/** The name of a label. */
export type LabelName = keyof typeof labels;

const ofNetwork = ['namespace', 'network'] as const;
const ofNode = ['namespace', 'network', 'pod'] as const;
const ofQueue = ['name', 'controller'] as const;

/** The buckets of controller-runtime, in seconds. */
const reconcileBuckets = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8],
  ...[0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50],
  60,
];

/** The buckets of client-go: powers of ten, in seconds. */
const queueBuckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000];

/** Seconds of an RPC request, which times out after 10 s. */
const rpcBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every metric of the controller by name; docs/reference/metrics.md is generated from it. */
export const metrics = {
  bitcoin_networks: {
    type: 'gauge',
    labels: ['state'],
    help: 'Number of networks that this controller manages, by state.',
  },
  bitcoin_network_ready: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Whether the condition Ready of the network is True (1) or not (0).',
  },
  bitcoin_network_connected: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Whether the condition PeersConnected of the network is True (1) or not (0).',
  },
  bitcoin_network_stalled: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Whether the condition Stalled of the network is True (1) or not (0).',
  },
  bitcoin_network_nodes_desired: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Number of nodes in the spec of the network.',
  },
  bitcoin_network_nodes_ready: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Number of planned nodes whose pod is ready.',
  },
  bitcoin_network_nodes_connected: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Number of ready nodes whose planned links are all up; absent until nodes are queried.',
  },
  bitcoin_network_links_planned: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Number of links between nodes that the spec of the network implies.',
  },
  bitcoin_network_links_up: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Number of planned links that are up between ready nodes; absent until nodes are queried.',
  },
  bitcoin_network_rollout_in_progress: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Whether nodes have to be replaced by a new revision (1) or not (0).',
  },
  bitcoin_network_rollout_blocked: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Whether a rollout is in progress and the network is stalled (1) or not (0).',
  },
  bitcoin_network_rollout_nodes_pending: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Number of planned nodes that the rollout in progress still has to replace.',
  },
  bitcoin_network_height: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Highest block height that a pod of the network last reported; absent if unknown.',
  },
  bitcoin_network_height_lowest: {
    type: 'gauge',
    labels: ofNetwork,
    help: 'Lowest block height that a pod of the network last reported; absent if unknown.',
  },
  bitcoin_network_rpc_failures_total: {
    type: 'counter',
    labels: ['namespace', 'network', 'failure'],
    help: 'Number of RPC requests to nodes of the network that failed, by kind of failure.',
  },
  bitcoin_network_node_ready: {
    type: 'gauge',
    labels: ofNode,
    help: 'Whether the pod of the node is ready (1) or not (0).',
  },
  bitcoin_network_node_connected: {
    type: 'gauge',
    labels: ofNode,
    help: 'Whether all planned links of the node are up (1) or not (0); absent until queried.',
  },
  bitcoin_network_node_links_planned: {
    type: 'gauge',
    labels: ofNode,
    help: 'Number of planned links of the node.',
  },
  bitcoin_network_node_peers: {
    type: 'gauge',
    labels: ofNode,
    help: 'Number of ready nodes of the network that the node is linked to; absent until queried.',
  },
  bitcoin_network_node_height: {
    type: 'gauge',
    labels: ofNode,
    help: 'Block height that the pod of the node last reported; absent if unknown.',
  },
  bitcoin_network_node_rpc_up: {
    type: 'gauge',
    labels: ofNode,
    help: 'Whether the last RPC query of the node succeeded (1) or failed (0); absent if not ready.',
  },
  bitcoin_network_rpc_duration_seconds: {
    type: 'histogram',
    labels: ['outcome'],
    buckets: rpcBuckets,
    help: 'Duration of RPC requests to the nodes of all networks, by outcome.',
  },
  bitcoin_network_series_omitted: {
    type: 'gauge',
    labels: ['kind'],
    help: 'Number of networks, and of nodes, that are beyond the limits and have no series.',
  },
  controller_runtime_reconcile_total: {
    type: 'counter',
    labels: ['controller', 'result'],
    help: 'Number of reconciles, by result.',
  },
  controller_runtime_reconcile_errors_total: {
    type: 'counter',
    labels: ['controller'],
    help: 'Number of reconciles that failed.',
  },
  controller_runtime_terminal_reconcile_errors_total: {
    type: 'counter',
    labels: ['controller'],
    help: 'Number of reconciles that failed and are not retried.',
  },
  controller_runtime_reconcile_time_seconds: {
    type: 'histogram',
    labels: ['controller'],
    buckets: reconcileBuckets,
    help: 'Duration of reconciles.',
  },
  controller_runtime_max_concurrent_reconciles: {
    type: 'gauge',
    labels: ['controller'],
    help: 'Maximum number of concurrent reconciles.',
  },
  controller_runtime_active_workers: {
    type: 'gauge',
    labels: ['controller'],
    help: 'Number of reconciles that are running.',
  },
  workqueue_depth: {
    type: 'gauge',
    labels: ofQueue,
    help: 'Number of keys that wait in the queue.',
  },
  workqueue_adds_total: {
    type: 'counter',
    labels: ofQueue,
    help: 'Number of keys that were added to the queue.',
  },
  workqueue_queue_duration_seconds: {
    type: 'histogram',
    labels: ofQueue,
    buckets: queueBuckets,
    help: 'Time that a key waits in the queue.',
  },
  workqueue_work_duration_seconds: {
    type: 'histogram',
    labels: ofQueue,
    buckets: queueBuckets,
    help: 'Time that the processing of a key takes.',
  },
  workqueue_unfinished_work_seconds: {
    type: 'gauge',
    labels: ofQueue,
    help: 'Sum of the durations of the reconciles that are running.',
  },
  workqueue_longest_running_processor_seconds: {
    type: 'gauge',
    labels: ofQueue,
    help: 'Duration of the oldest reconcile that is running.',
  },
  workqueue_retries_total: {
    type: 'counter',
    labels: ofQueue,
    help: 'Number of keys that were scheduled for a later reconcile, after failures or on request.',
  },
  rest_client_requests_total: {
    type: 'counter',
    labels: ['code', 'method', 'host'],
    help: 'Number of requests to the API server.',
  },
  reflector_lists_total: {
    type: 'counter',
    labels: ['name'],
    help: 'Number of lists of a watched resource that began.',
  },
  reflector_watches_total: {
    type: 'counter',
    labels: ['name'],
    help: 'Number of watches of a resource that began.',
  },
  leader_election_master_status: {
    type: 'gauge',
    labels: ['name'],
    help: 'Whether this process holds the Lease (1) or not (0).',
  },
  process_cpu_seconds_total: {
    type: 'counter',
    labels: [],
    help: 'CPU time that the process has used.',
  },
  process_resident_memory_bytes: {
    type: 'gauge',
    labels: [],
    help: 'Resident memory of the process.',
  },
  process_start_time_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Start of the process in seconds since the epoch.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The name of a metric. */
export type MetricName = keyof typeof metrics;
