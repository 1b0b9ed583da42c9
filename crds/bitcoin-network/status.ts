import type { JsonSchema } from '../schema/json-schema.ts';

/** metav1.Condition with its own limits. */
const condition: JsonSchema = {
  title: 'Condition',
  description: 'One aspect of the state of the network.',
  type: 'object',
  required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
  properties: {
    type: {
      description: 'What the condition is about, such as Ready or PeersConnected.',
      type: 'string',
      maxLength: 316,
      pattern:
        '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
    },
    status: {
      description: 'True, False, or Unknown where it could not be found out.',
      type: 'string',
      enum: ['True', 'False', 'Unknown'],
    },
    observedGeneration: {
      description: 'The metadata.generation that the condition was judged by.',
      type: 'integer',
      format: 'int64',
      minimum: 0,
    },
    lastTransitionTime: {
      description: 'When status last changed.',
      type: 'string',
      format: 'date-time',
    },
    reason: {
      description: 'Why the condition has its status, as one word for programs.',
      type: 'string',
      minLength: 1,
      maxLength: 1024,
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
    },
    message: {
      description: 'Why the condition has its status, and what can be done, for people.',
      type: 'string',
      maxLength: 32768,
    },
  },
};

const node: JsonSchema = {
  title: 'BitcoinNodeStatus',
  description: 'One node of the network, which is one pod.',
  type: 'object',
  required: ['nodeName', 'ordinal', 'ready'],
  properties: {
    nodeName: {
      description: 'Name of the pod, such as alice-sts-0.',
      type: 'string',
      maxLength: 253,
    },
    ordinal: {
      description: 'Number of the node, counted from 0: the last part of nodeName.',
      type: 'integer',
      format: 'int32',
      minimum: 0,
    },
    ready: {
      description: 'Whether bitcoind answers RPC calls (the pod is Ready).',
      type: 'boolean',
    },
    ip: {
      description: 'Address of the pod; absent until it has one.',
      type: 'string',
      maxLength: 45,
    },
    dnsName: {
      description:
        'Name under which other pods in the namespace reach the node, such as alice-sts-0.alice-svc.',
      type: 'string',
      maxLength: 253,
    },
    peers: {
      description:
        'How many other nodes of this network the node is linked to, each counted once; absent while it is not known.',
      type: 'integer',
      format: 'int32',
      minimum: 0,
    },
  },
};

/** What the controller reports. */
export const statusV1: JsonSchema = {
  title: 'BitcoinNetworkStatus',
  description: 'The network as the controller last saw it. Written by the controller alone.',
  type: 'object',
  properties: {
    observedGeneration: {
      description:
        'The metadata.generation that this status describes: while it is lower, a change is not yet seen.',
      type: 'integer',
      format: 'int64',
      minimum: 0,
    },
    replicas: {
      description: 'How many nodes have a pod, for the scale subresource.',
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
      description: 'How many nodes are ready: their bitcoind answers RPC calls.',
      type: 'integer',
      format: 'int32',
      minimum: 0,
    },
    connectedNodes: {
      description: 'How many nodes have every link up that is planned for them.',
      type: 'integer',
      format: 'int32',
      minimum: 0,
    },
    nodes: {
      description: 'The nodes, ordered by ordinal.',
      type: 'array',
      maxItems: 1000,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['nodeName'],
      items: node,
    },
    conditions: {
      description:
        'The state of the network as conditions. Ready: the last change is carried out and every node is ready. PeersConnected: every planned link is up. Reconciling: the controller is at work. Stalled: it cannot go on without help, and message says what is needed. kubectl wait --for=condition=Ready waits for one.',
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: condition,
    },
  },
};
