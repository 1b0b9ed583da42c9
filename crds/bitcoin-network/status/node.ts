import type { JsonSchema } from '../../schema/json-schema.ts';

/** An entry of status.nodes. */
export const node: JsonSchema = {
  title: 'BitcoinNodeStatus',
  description: 'Status of one node of the network. Each node is one pod.',
  type: 'object',
  required: ['nodeName', 'ordinal', 'ready'],
  properties: {
    nodeName: {
      description: 'Name of the pod, such as alice-sts-0.',
      type: 'string',
      maxLength: 253,
    },
    ordinal: {
      description: 'Ordinal of the node, counted from 0: the last part of nodeName.',
      type: 'integer',
      format: 'int32',
      minimum: 0,
    },
    ready: {
      description: 'Whether bitcoind responds to RPC (the pod is Ready).',
      type: 'boolean',
    },
    firstReadyTime: {
      description:
        'Time at which this pod first became ready; absent until then. Its data may hold blocks that no other node has.',
      type: 'string',
      format: 'date-time',
    },
    ip: {
      description: 'IP address of the pod; absent until the pod has one.',
      type: 'string',
      maxLength: 45,
    },
    dnsName: {
      description:
        'DNS name of the node for other pods in the namespace, such as alice-sts-0.alice-svc.',
      type: 'string',
      maxLength: 253,
    },
    peers: {
      description:
        'Number of other nodes of this network that the node is linked to, each counted once; absent while unknown.',
      type: 'integer',
      format: 'int32',
      minimum: 0,
    },
  },
};
