import { series } from '../expression.ts';
import type { PanelRow } from './panel.ts';
import { network, perNetwork, selected, total } from './queries.ts';

/** The panels of networks and their nodes. */
export const networkPanels: readonly PanelRow[] = [
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
];
