import { condition } from '../../schema/condition.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { node } from './node.ts';

/** The schema of status, which only the controller writes. */
export const statusV1: JsonSchema = {
  title: 'BitcoinNetworkStatus',
  description: 'Observed state of the network. Only the controller writes it.',
  type: 'object',
  properties: {
    observedGeneration: {
      description:
        'The metadata.generation that this status describes. While it is lower than metadata.generation, the controller has not yet processed the latest change.',
      type: 'integer',
      format: 'int64',
      minimum: 0,
    },
    controller: {
      description:
        'Namespace of the controller that manages the network. Controllers in other namespaces leave the network alone. To hand the network over, remove this field.',
      type: 'string',
      maxLength: 63,
    },
    replicas: {
      description: 'Number of nodes that have a pod, for the scale subresource.',
      type: 'integer',
      format: 'int32',
      minimum: 0,
    },
    selector: {
      description: 'Label selector of the pods, for the scale subresource.',
      type: 'string',
      maxLength: 1024,
    },
    readyNodes: {
      description: 'Number of ready nodes, whose bitcoind responds to RPC.',
      type: 'integer',
      format: 'int32',
      minimum: 0,
    },
    connectedNodes: {
      description: 'Number of nodes whose planned links are all up.',
      type: 'integer',
      format: 'int32',
      minimum: 0,
    },
    nodes: {
      description: 'Status of each node, ordered by ordinal.',
      type: 'array',
      maxItems: 1000,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['nodeName'],
      items: node,
    },
    conditions: {
      description:
        'Conditions of the network. Ready: the latest change is complete and every node is ready. ObjectsApplied: every object is stored as the controller applied it. PeersConnected: every planned link is up. Reconciling: the controller is applying a change or waiting for it to take effect. Stalled: reconciliation needs user action; see message. To wait for a condition, use kubectl wait, for example with --for=condition=Ready.',
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: condition,
    },
  },
};
