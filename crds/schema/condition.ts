import type { JsonSchema } from './json-schema.ts';

/** metav1.Condition, with the limits that Kubernetes sets for it. */
export const condition: JsonSchema = {
  title: 'Condition',
  description: 'State of one aspect of the network.',
  type: 'object',
  required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
  properties: {
    type: {
      description: 'Type of the condition, such as Ready or PeersConnected.',
      type: 'string',
      maxLength: 316,
      pattern:
        '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
    },
    status: {
      description: 'True, False, or Unknown if the state cannot be determined.',
      type: 'string',
      enum: ['True', 'False', 'Unknown'],
    },
    observedGeneration: {
      description: 'The metadata.generation that the condition is based on.',
      type: 'integer',
      format: 'int64',
      minimum: 0,
    },
    lastTransitionTime: {
      description: 'Time at which status last changed.',
      type: 'string',
      format: 'date-time',
    },
    reason: {
      description: 'Reason for the status, as one word for programs.',
      type: 'string',
      minLength: 1,
      maxLength: 1024,
      pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
    },
    message: {
      description:
        'Explanation of the status for people, with the action to take if one is needed.',
      type: 'string',
      maxLength: 32768,
    },
  },
};
