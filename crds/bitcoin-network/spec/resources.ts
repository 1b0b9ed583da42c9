import type { JsonSchema, ValidationRule } from '../../schema/json-schema.ts';

/** Kubernetes quantities without a sign and with at most two digits of exponent. */
const quantityPattern =
  '^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]{1,2})?$';

const quantity = (description: string): JsonSchema => ({
  description,
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  minimum: 0,
  pattern: quantityPattern,
  maxLength: 32,
  'x-kubernetes-int-or-string': true,
});

const resourceList = (title: string, description: string): JsonSchema => ({
  title,
  description,
  type: 'object',
  properties: {
    cpu: quantity('CPU in cores, such as 1 or 200m (a fifth of a core).'),
    memory: quantity('Memory in bytes, such as 256Mi.'),
    'ephemeral-storage': quantity(
      'Local storage in bytes, such as 2Gi. Blocks, chain state and wallets count towards it while the data is in an emptyDir.',
    ),
  },
});

/**
 * @param name the resource as it is written in a resource list
 * @param identifier the name as CEL escapes it
 */
const requestWithinLimit = (name: string, identifier = name): ValidationRule => ({
  rule: [
    '!has(self.requests) || !has(self.limits)',
    `!has(self.requests.${identifier}) || !has(self.limits.${identifier})`,
    `quantity(string(self.requests.${identifier})).compareTo(quantity(string(self.limits.${identifier}))) <= 0`,
  ].join(' || '),
  message: `requests.${name} must not exceed limits.${name}: lower requests.${name} or raise limits.${name}`,
});

/** spec.resources. */
export const resources: JsonSchema = {
  title: 'ResourceRequirements',
  description:
    'CPU, memory and local storage of each node. Default: requests of 20m cpu and 128Mi memory, no limits. A value replaces the default as a whole. A change restarts the nodes one at a time.',
  type: 'object',
  default: { requests: { cpu: '20m', memory: '128Mi' } },
  properties: {
    requests: resourceList(
      'ResourceRequests',
      'Resources that the scheduler reserves for each node. If a resource has a limit but no request, the request equals the limit.',
    ),
    limits: resourceList(
      'ResourceLimits',
      'Maximum resources that each node may use. CPU is throttled at the limit; a node that exceeds its memory or storage is terminated and started again.',
    ),
  },
  'x-kubernetes-validations': [
    requestWithinLimit('cpu'),
    requestWithinLimit('memory'),
    requestWithinLimit('ephemeral-storage', 'ephemeral__dash__storage'),
  ],
};
