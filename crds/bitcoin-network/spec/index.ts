import type { JsonSchema } from '../../schema/json-schema.ts';
import { config } from './config.ts';
import { configLists } from './config-lists.ts';
import { image, imagePullPolicy, imagePullSecrets } from './image.ts';
import { nodes } from './nodes.ts';
import { resources } from './resources.ts';
import { secret } from './secret.ts';
import { specRules } from './spec-rules.ts';

/** The schema of spec. */
export const specV1: JsonSchema = {
  title: 'BitcoinNetworkSpec',
  description: 'Desired state of the network.',
  type: 'object',
  required: ['nodes'],
  properties: {
    nodes,
    secret,
    image,
    imagePullPolicy,
    imagePullSecrets,
    config,
    configLists,
    resources,
  },
  'x-kubernetes-validations': specRules,
};
