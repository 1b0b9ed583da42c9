import type { AlertName } from '../../constructs/monitoring/alerts.ts';

/** Series by selector, in the notation of promtool, with a sample for each minute. */
export type InputSeries = Readonly<Record<string, string>>;

/** A problem that fires an alert. */
export interface FiringCase {
  readonly title: string;
  readonly alert: AlertName;
  readonly series: InputSeries;
  /** The minute at which the alert fires; it does not a minute before. */
  readonly minute: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
}

/** A state in which an alert does not fire within two hours. */
export interface QuietCase {
  readonly title: string;
  readonly alert: AlertName;
  readonly series: InputSeries;
}

const alice = 'namespace="team",network="alice"';
const lease = 'leader_election_master_status{name="bitcoin-controller",job="c",instance="a"}';
const otherLease = 'leader_election_master_status{name="other",job="o",instance="o"}';
const ofAlice = { namespace: 'team', network: 'alice' };
const ofNetwork = (name: string, pod = 'a') =>
  `bitcoin_network_${name}{${alice},instance="${pod}"}`;
const reconciles = (controller: string, result: string) =>
  `controller_runtime_reconcile_total{controller="${controller}",result="${result}"}`;
const errors = (controller: string) =>
  `controller_runtime_reconcile_errors_total{controller="${controller}"}`;
const waits = (le: string, name = 'bitcoinnetwork') =>
  `workqueue_queue_duration_seconds_bucket{name="${name}",controller="${name}",le="${le}"}`;
const requests = (code: string, process = 'c') =>
  `rest_client_requests_total{code="${code}",method="GET",host="api:443",job="${process}",instance="a"}`;

/** At least one case for each alert. */
export const firingCases: readonly FiringCase[] = [
  {
    title: 'no replica is scraped any more, but another controller is',
    alert: 'BitcoinControllerDown',
    series: { [lease]: '1x2 stale', [otherLease]: '1x30' },
    minute: 8,
    labels: { name: 'bitcoin-controller' },
    summary: 'The bitcoin controller has no metrics.',
    description:
      'Prometheus scrapes no replica of the controller. Nodes keep running, but edits and repairs of networks wait.',
  },
  {
    title: 'the leader loses the Lease and no other replica takes it',
    alert: 'BitcoinControllerNoLeader',
    series: {
      'leader_election_master_status{name="bitcoin-controller",namespace="n",pod="a"}': '1x2 0x9',
      'leader_election_master_status{name="bitcoin-controller",namespace="n",pod="b"}': '0x12',
      'leader_election_master_status{name="other",namespace="n",pod="c"}': '1x12',
    },
    minute: 5,
    labels: { namespace: 'n' },
    summary: 'No replica of the bitcoin controller is the leader.',
    description: 'The replicas of the controller run, but none of them holds the Lease.',
  },
  {
    title: 'a quarter of the reconciles fails',
    alert: 'BitcoinControllerReconcileErrors',
    series: {
      [errors('bitcoinnetwork')]: '0+2x30',
      [reconciles('bitcoinnetwork', 'error')]: '0+2x30',
      [reconciles('bitcoinnetwork', 'requeue_after')]: '0+6x30',
      [errors('bitcoinnetwork-nodes')]: '0x30',
      [reconciles('bitcoinnetwork-nodes', 'success')]: '0+9x30',
    },
    minute: 16,
    labels: { controller: 'bitcoinnetwork' },
    summary: 'Reconciles of bitcoinnetwork fail.',
    description: '25% of the reconciles failed in the last 5 minutes.',
  },
  {
    title: 'half of the keys wait for longer than 10 s',
    alert: 'BitcoinControllerQueueSlow',
    series: {
      [waits('1')]: '0+1x30',
      [waits('10')]: '0+5x30',
      [waits('100')]: '0+10x30',
      [waits('+Inf')]: '0+10x30',
    },
    minute: 16,
    labels: { name: 'bitcoinnetwork' },
    summary: 'Networks wait in the queue bitcoinnetwork.',
    description: 'More than 10 % of the keys in the queue waited for longer than 10 s.',
  },
  {
    title: 'requests without a response and with a server error are a quarter of all',
    alert: 'BitcoinControllerApiErrors',
    series: {
      [lease]: '1x30',
      [requests('<error>')]: '0+1x30',
      [requests('503')]: '0+1x30',
      [requests('200')]: '0+6x30',
    },
    minute: 16,
    labels: { host: 'api:443' },
    summary: 'Requests of the bitcoin controller to the API server fail.',
    description: '25% of the requests had no response, or one with the status 429 or 5xx.',
  },
  {
    title: 'networks are beyond the limit',
    alert: 'BitcoinControllerSeriesOmitted',
    series: {
      'bitcoin_network_series_omitted{kind="network"}': '0 7x90',
      'bitcoin_network_series_omitted{kind="node"}': '21x90',
    },
    minute: 61,
    labels: { kind: 'network' },
    summary: 'Some networks have no metrics of their own.',
    description:
      '7 networks are beyond the limit of series. Alerts for single networks do not cover them.',
  },
  {
    title: 'a network is stalled while the leader changes',
    alert: 'BitcoinNetworkStalled',
    series: {
      [ofNetwork('stalled', 'a')]: '0 1x2 stale',
      [ofNetwork('stalled', 'b')]: '_x4 1x10',
      'bitcoin_network_stalled{namespace="team",network="bob",instance="a"}': '0x20',
    },
    minute: 6,
    labels: ofAlice,
    summary: 'The network team/alice needs user action.',
    description: 'The condition Stalled is True, and its message says what to do.',
  },
  {
    title: 'a network is not ready without a known reason',
    alert: 'BitcoinNetworkNotReady',
    series: {
      [ofNetwork('ready')]: '1 0x50',
      [ofNetwork('stalled')]: '0x50',
      [ofNetwork('rollout_in_progress')]: '0x50',
    },
    minute: 31,
    labels: ofAlice,
    summary: 'The network team/alice is not ready.',
    description:
      'The condition Ready has not been True for 30 minutes, although no rollout is in progress.',
  },
  {
    title: 'a rollout replaces no node',
    alert: 'BitcoinNetworkRolloutStuck',
    series: { [ofNetwork('rollout_nodes_pending')]: '0x4 3x60', [ofNetwork('stalled')]: '0x60' },
    // From minute 20 on, the value is that of 15 minutes ago.
    minute: 35,
    labels: ofAlice,
    summary: 'The rollout of the network team/alice makes no progress.',
    description: '3 nodes still have to be replaced. None was replaced for 30 minutes.',
  },
  {
    title: 'a link of a ready network is down',
    alert: 'BitcoinNetworkLinksDown',
    series: {
      [ofNetwork('links_planned')]: '3x30',
      [ofNetwork('links_up')]: '3 2x30',
      [ofNetwork('ready')]: '1x30',
    },
    minute: 16,
    labels: ofAlice,
    summary: 'Links of the network team/alice are down.',
    description: '1 planned links are down, although all nodes are ready.',
  },
  {
    title: 'two of three nodes do not respond',
    alert: 'BitcoinNetworkRpcFailing',
    series: {
      [`bitcoin_network_node_rpc_up{${alice},pod="alice-sts-0"}`]: '0x30',
      [`bitcoin_network_node_rpc_up{${alice},pod="alice-sts-1"}`]: '1x30',
      [`bitcoin_network_node_rpc_up{${alice},pod="alice-sts-2"}`]: '0x30',
    },
    minute: 15,
    labels: ofAlice,
    summary: 'Nodes of the network team/alice do not respond to RPC.',
    description: 'The last query of 2 ready nodes failed.',
  },
  {
    title: 'the chain of a node does not grow with the others',
    alert: 'BitcoinNetworkNodeBehind',
    series: {
      [ofNetwork('height')]: '0+1x60',
      [ofNetwork('height_lowest')]: '0+1x5 5x60',
    },
    minute: 35,
    labels: ofAlice,
    summary: 'A node of the network team/alice does not sync.',
    description:
      'The node with the lowest chain is 30 blocks behind, and received none for 30 minutes.',
  },
];

/** Each state is near one that fires the alert. */
export const quietCases: readonly QuietCase[] = [
  {
    title: 'a replica is not scraped for 4 minutes',
    alert: 'BitcoinControllerDown',
    series: { [lease]: '1x2 stale _x3 1x120' },
  },
  {
    title: 'another replica takes the Lease',
    alert: 'BitcoinControllerNoLeader',
    series: {
      'leader_election_master_status{name="bitcoin-controller",pod="a"}': '1x5 0x120',
      'leader_election_master_status{name="bitcoin-controller",pod="b"}': '0x6 1x120',
    },
  },
  {
    title: '5 % of the reconciles fail, and all of another controller',
    alert: 'BitcoinControllerReconcileErrors',
    series: {
      [errors('bitcoinnetwork')]: '0+1x120',
      [reconciles('bitcoinnetwork', 'error')]: '0+1x120',
      [reconciles('bitcoinnetwork', 'success')]: '0+19x120',
      [errors('other')]: '0+5x120',
      [reconciles('other', 'error')]: '0+5x120',
    },
  },
  {
    title: '5 % of the keys wait for long, and all of another controller',
    alert: 'BitcoinControllerQueueSlow',
    series: {
      [waits('10')]: '0+19x120',
      [waits('100')]: '0+20x120',
      [waits('+Inf')]: '0+20x120',
      [waits('10', 'other')]: '0x120',
      [waits('100', 'other')]: '0+9x120',
      [waits('+Inf', 'other')]: '0+9x120',
    },
  },
  {
    title: 'conflicts are frequent, and all requests of another process fail',
    alert: 'BitcoinControllerApiErrors',
    series: {
      [lease]: '1x120',
      [requests('409')]: '0+5x120',
      [requests('200')]: '0+5x120',
      [requests('503', 'other')]: '0+50x120',
    },
  },
  {
    title: 'only nodes are beyond the limit',
    alert: 'BitcoinControllerSeriesOmitted',
    series: {
      'bitcoin_network_series_omitted{kind="network"}': '0x120',
      'bitcoin_network_series_omitted{kind="node"}': '21x120',
    },
  },
  {
    title: 'a network is stalled for 4 minutes',
    alert: 'BitcoinNetworkStalled',
    series: { [ofNetwork('stalled')]: '1x4 0x120' },
  },
  {
    title: 'a network is stalled, so another alert fires',
    alert: 'BitcoinNetworkNotReady',
    series: {
      [ofNetwork('ready')]: '0x120',
      [ofNetwork('stalled')]: '1x120',
      [ofNetwork('rollout_in_progress')]: '0x120',
    },
  },
  {
    title: 'a rollout takes two hours',
    alert: 'BitcoinNetworkNotReady',
    series: {
      [ofNetwork('ready')]: '0x120',
      [ofNetwork('stalled')]: '0x120',
      [ofNetwork('rollout_in_progress')]: '1x120',
    },
  },
  {
    title: 'a rollout replaces a node every 20 minutes while the leader changes',
    alert: 'BitcoinNetworkRolloutStuck',
    series: {
      [ofNetwork('rollout_nodes_pending', 'a')]: '6x19 5x3 stale',
      [ofNetwork('rollout_nodes_pending', 'b')]: '_x25 5x13 4x19 3x19 2x19 1x20',
      [ofNetwork('stalled')]: '0x120',
    },
  },
  {
    title: 'a stuck rollout is stalled, so another alert fires',
    alert: 'BitcoinNetworkRolloutStuck',
    series: { [ofNetwork('rollout_nodes_pending')]: '3x120', [ofNetwork('stalled')]: '1x120' },
  },
  {
    title: 'a node is not ready, so its links are down',
    alert: 'BitcoinNetworkLinksDown',
    series: {
      [ofNetwork('links_planned')]: '3x120',
      [ofNetwork('links_up')]: '1x120',
      [ofNetwork('ready')]: '0x120',
    },
  },
  {
    title: 'the nodes were not queried since the controller started',
    alert: 'BitcoinNetworkLinksDown',
    series: { [ofNetwork('links_planned')]: '3x120', [ofNetwork('ready')]: '1x120' },
  },
  {
    title: 'a node fails at every other query',
    alert: 'BitcoinNetworkRpcFailing',
    series: {
      [`bitcoin_network_node_rpc_up{${alice},pod="alice-sts-0"}`]: '0 1 '.repeat(60).trim(),
    },
  },
  {
    title: 'a node is always some blocks behind',
    alert: 'BitcoinNetworkNodeBehind',
    series: { [ofNetwork('height')]: '9+1x120', [ofNetwork('height_lowest')]: '0+1x120' },
  },
  {
    title: 'nobody mines',
    alert: 'BitcoinNetworkNodeBehind',
    series: { [ofNetwork('height')]: '200x120', [ofNetwork('height_lowest')]: '200x120' },
  },
];
