import type { JsonSchema } from '../../schema/json-schema.ts';

/** spec.nodes. */
export const nodes: JsonSchema = {
  description:
    'Number of bitcoin nodes, 0 to 64. Each node is a pod (NAME-sts-0, NAME-sts-1, ...) that is linked to every other node. The number can be changed at any time, also with kubectl scale; the remaining nodes are not restarted. A network with 0 nodes has no pods.',
  type: 'integer',
  format: 'int32',
  minimum: 0,
  maximum: 64,
};
