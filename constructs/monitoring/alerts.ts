import { buckets, ofReplicas, ownControllers, replicas, series } from './expression.ts';
import type { MetricName } from './names.ts';

/** The definition of an alert. Its runbook is the page with its name in docs/runbooks/. */
export interface Alert {
  /** PromQL that has a series for each problem. */
  readonly expr: string;
  /** How long a problem exists before the alert fires. */
  readonly for: string;
  /**
   * `critical`: no network is managed; `warning`: somebody should act today; `info`: a limit was
   * reached.
   */
  readonly severity: 'critical' | 'warning' | 'info';
  /** One line with a template of the labels. */
  readonly summary: string;
  /** What is wrong, with the measured value. */
  readonly description: string;
}

/** The metrics that have a series for each network. */
type NetworkMetric = Extract<MetricName, `bitcoin_network_${string}`>;

/**
 * The values of a metric by network. A new leader has other labels of its pod, which would start
 * the time of an alert again.
 */
function perNetwork(name: NetworkMetric, offset = ''): string {
  return `max by (namespace, network) (${series(name)}${offset})`;
}

const own = { controller: ownControllers };
const queueTimes = buckets('workqueue_queue_duration_seconds', own);
const failed = { code: '=~"429|5..|<error>"' };
const isReady = `${perNetwork('bitcoin_network_ready')} == 1`;
const linksUp = perNetwork('bitcoin_network_links_up');
const height = perNetwork('bitcoin_network_height');
const lowestHeight = perNetwork('bitcoin_network_height_lowest');
const network = '{{ $labels.namespace }}/{{ $labels.network }}';

/**
 * Whether a metric of each network has the value of some time ago, under another leader too.
 * `changes` would start again with a new leader.
 */
function isUnchanged(name: NetworkMetric, time: string): string {
  return `${perNetwork(name)} == ${perNetwork(name, ` offset ${time}`)}`;
}

function rate(selector: string): string {
  return `rate(${selector}[5m])`;
}

/** Every alert by name. */
export const alerts = {
  BitcoinControllerDown: {
    expr: `absent(${replicas})`,
    for: '5m',
    severity: 'critical',
    summary: 'The bitcoin controller has no metrics.',
    description:
      'Prometheus scrapes no replica of the controller. Nodes keep running, but edits and repairs of networks wait.',
  },
  BitcoinControllerNoLeader: {
    expr: `max by (namespace) (${replicas}) == 0`,
    for: '2m',
    severity: 'critical',
    summary: 'No replica of the bitcoin controller is the leader.',
    description: 'The replicas of the controller run, but none of them holds the Lease.',
  },
  BitcoinControllerReconcileErrors: {
    expr: [
      `sum by (controller) (${rate(series('controller_runtime_reconcile_errors_total', own))})`,
      `/ sum by (controller) (${rate(series('controller_runtime_reconcile_total', own))})`,
      '> 0.1',
    ].join(' '),
    for: '15m',
    severity: 'warning',
    summary: 'Reconciles of {{ $labels.controller }} fail.',
    description:
      '{{ $value | humanizePercentage }} of the reconciles failed in the last 5 minutes.',
  },
  BitcoinControllerQueueSlow: {
    // 10 s is the bound of a bucket, so that the quantile is exact there.
    expr: `histogram_quantile(0.9, sum by (name, le) (${rate(queueTimes)})) > 10`,
    for: '15m',
    severity: 'warning',
    summary: 'Networks wait in the queue {{ $labels.name }}.',
    description: 'More than 10 % of the keys in the queue waited for longer than 10 s.',
  },
  BitcoinControllerApiErrors: {
    expr: [
      `sum by (host) (${ofReplicas(rate(series('rest_client_requests_total', failed)))})`,
      `/ sum by (host) (${ofReplicas(rate(series('rest_client_requests_total')))})`,
      '> 0.1',
    ].join(' '),
    for: '15m',
    severity: 'warning',
    summary: 'Requests of the bitcoin controller to the API server fail.',
    description:
      '{{ $value | humanizePercentage }} of the requests had no response, or one with the status 429 or 5xx.',
  },
  BitcoinControllerSeriesOmitted: {
    expr: `max by (kind) (${series('bitcoin_network_series_omitted', { kind: '="network"' })}) > 0`,
    for: '1h',
    severity: 'info',
    summary: 'Some networks have no metrics of their own.',
    description:
      '{{ $value }} networks are beyond the limit of series. Alerts for single networks do not cover them.',
  },
  BitcoinNetworkStalled: {
    expr: `${perNetwork('bitcoin_network_stalled')} == 1`,
    for: '5m',
    severity: 'warning',
    summary: `The network ${network} needs user action.`,
    description: 'The condition Stalled is True, and its message says what to do.',
  },
  BitcoinNetworkNotReady: {
    expr: [
      `${perNetwork('bitcoin_network_ready')} == 0`,
      `unless ${perNetwork('bitcoin_network_stalled')} == 1`,
      `unless ${perNetwork('bitcoin_network_rollout_in_progress')} == 1`,
    ].join(' '),
    for: '30m',
    severity: 'warning',
    summary: `The network ${network} is not ready.`,
    description:
      'The condition Ready has not been True for 30 minutes, although no rollout is in progress.',
  },
  BitcoinNetworkRolloutStuck: {
    expr: [
      `${perNetwork('bitcoin_network_rollout_nodes_pending')} > 0`,
      `and ${isUnchanged('bitcoin_network_rollout_nodes_pending', '15m')}`,
      `unless ${perNetwork('bitcoin_network_stalled')} == 1`,
    ].join(' '),
    for: '15m',
    severity: 'warning',
    summary: `The rollout of the network ${network} makes no progress.`,
    description: '{{ $value }} nodes still have to be replaced. None was replaced for 30 minutes.',
  },
  BitcoinNetworkLinksDown: {
    expr: `${perNetwork('bitcoin_network_links_planned')} - ${linksUp} > 0 and ${isReady}`,
    for: '15m',
    severity: 'warning',
    summary: `Links of the network ${network} are down.`,
    description: '{{ $value }} planned links are down, although all nodes are ready.',
  },
  BitcoinNetworkRpcFailing: {
    expr: `count by (namespace, network) (${series('bitcoin_network_node_rpc_up')} == 0)`,
    for: '15m',
    severity: 'warning',
    summary: `Nodes of the network ${network} do not respond to RPC.`,
    description: 'The last query of {{ $value }} ready nodes failed.',
  },
  BitcoinNetworkNodeBehind: {
    expr: [
      `${height} - ${lowestHeight} > 0`,
      `and ${isUnchanged('bitcoin_network_height_lowest', '15m')}`,
    ].join(' '),
    for: '15m',
    severity: 'warning',
    summary: `A node of the network ${network} does not sync.`,
    description:
      'The node with the lowest chain is {{ $value }} blocks behind, and received none for 30 minutes.',
  },
} as const satisfies Readonly<Record<string, Alert>>;

/** The name of an alert. */
export type AlertName = keyof typeof alerts;
