import type { JsonSchema } from '../../schema/json-schema.ts';
import { objectName } from '../../schema/object-name.ts';

/** spec.image. */
export const image: JsonSchema = {
  description:
    'Container image with bitcoind and bitcoin-cli, on the PATH or where docker.io/bitcoin/bitcoin has them. Default: docker.io/bitcoin/bitcoin:31.1. A change restarts the nodes one at a time.',
  type: 'string',
  default: 'docker.io/bitcoin/bitcoin:31.1',
  maxLength: 512,
  pattern: '^[!-~]+$',
};

/** spec.imagePullPolicy. */
export const imagePullPolicy: JsonSchema = {
  description:
    'When the image is pulled. Always: at each start of a node; IfNotPresent: only if the image is not present on the machine; Never: not at all. Default: IfNotPresent. A change restarts the nodes one at a time.',
  type: 'string',
  default: 'IfNotPresent',
  enum: ['Always', 'IfNotPresent', 'Never'],
};

/** spec.imagePullSecrets. */
export const imagePullSecrets: JsonSchema = {
  description:
    'Secrets in the same namespace with the credentials for pulling the image from private registries. Default: none. A change restarts the nodes one at a time.',
  type: 'array',
  maxItems: 16,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: {
    title: 'LocalObjectReference',
    type: 'object',
    required: ['name'],
    properties: { name: objectName('Name of a Secret of type kubernetes.io/dockerconfigjson.') },
  },
};
