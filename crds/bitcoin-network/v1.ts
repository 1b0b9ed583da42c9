import type { JsonSchema } from '../schema/json-schema.ts';
import { nameRules } from './name-rules.ts';
import { specV1 } from './spec/index.ts';
import { statusV1 } from './status/index.ts';

/** The openAPIV3Schema of version v1 of BitcoinNetwork. */
export const v1: JsonSchema = {
  description:
    'A bitcoin test network: bitcoin nodes on regtest, each in a pod of its own, that stay connected to each other.',
  type: 'object',
  required: ['spec'],
  properties: {
    apiVersion: { description: 'API group and version of the resource.', type: 'string' },
    kind: { description: 'Kind of the resource: BitcoinNetwork.', type: 'string' },
    metadata: { type: 'object', properties: { name: { type: 'string' } } },
    spec: specV1,
    status: statusV1,
  },
  'x-kubernetes-validations': nameRules,
};
