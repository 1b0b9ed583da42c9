import type { JsonSchema } from '../schema/json-schema.ts';
import { specV1 } from './spec/index.ts';
import { statusV1 } from './status.ts';

/**
 * Longest name of a network. A StatefulSet starts no pods once its own name is longer than 52
 * characters (its pods' revision label must fit 63), and `-sts` takes 4 of them.
 */
export const maxNameLength = 48;

/** The openAPIV3Schema of version v1 of BitcoinNetwork. */
export const v1: JsonSchema = {
  description:
    'A bitcoin test network: bitcoin nodes on regtest, each in a pod of its own, that stay linked with each other.',
  type: 'object',
  required: ['spec'],
  properties: {
    apiVersion: { description: 'Group and version of the resource.', type: 'string' },
    kind: { description: 'BitcoinNetwork.', type: 'string' },
    metadata: { type: 'object', properties: { name: { type: 'string' } } },
    spec: specV1,
    status: statusV1,
  },
  'x-kubernetes-validations': [
    {
      rule: `size(self.metadata.name) <= ${maxNameLength}`,
      message: `the name of a network has at most ${maxNameLength} characters, so that the names of its pods stay valid: choose a shorter one`,
      fieldPath: '.metadata.name',
    },
    {
      rule: "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
      message:
        'the name of a network is part of DNS names: choose one that starts with a letter, ends with a letter or digit, and has only a-z, 0-9 and - (no dots)',
      fieldPath: '.metadata.name',
    },
  ],
};
