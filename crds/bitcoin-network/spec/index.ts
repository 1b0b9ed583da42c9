import type { JsonSchema, ValidationRule } from '../../schema/json-schema.ts';
import {
  reservedOptions,
  ownedRpcOptionsMessage,
} from '../../../bitcoin/config/reserved-options.ts';

const dns1123Subdomain = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

/** Quantities as Kubernetes reads them, but neither signed nor with an exponent beyond two digits. */
const quantityPattern =
  '^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]{1,2})?$';

const celList = (values: readonly string[]): string =>
  `[${values.map((value) => `'${value}'`).join(', ')}]`;

/** bitcoind takes `noNAME` for `NAME=0`. */
const withNegations = (options: readonly string[]): string[] =>
  options.flatMap((name) => [name, `no${name}`]);

const configRules: readonly ValidationRule[] = [
  {
    rule: "self.all(name, name.matches('^[a-z0-9]+$'))",
    message:
      'an option is written as bitcoind names it, without dash, section or chain prefix: only a-z and 0-9, such as maxmempool',
  },
  ...reservedOptions.map(({ names, message }) => ({
    rule: `!self.exists(name, name in ${celList(withNegations(names))})`,
    message,
  })),
  {
    rule: "!self.exists(name, name.startsWith('rpc') || name.startsWith('norpc'))",
    message: ownedRpcOptionsMessage,
  },
];

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
    cpu: quantity('Processor time in cores, such as 1 or 200m (a fifth of a core).'),
    memory: quantity('Memory in bytes, such as 256Mi.'),
    'ephemeral-storage': quantity(
      'Space on the node in bytes, such as 2Gi. Blocks, chain state and wallets count against it while the data lies in an emptyDir.',
    ),
  },
});

/**
 * @param name resource as it is written in a quantity list
 * @param identifier the same as the rule language spells it
 */
const requestWithinLimit = (name: string, identifier = name): ValidationRule => ({
  rule: [
    '!has(self.requests) || !has(self.limits)',
    `!has(self.requests.${identifier}) || !has(self.limits.${identifier})`,
    `quantity(string(self.requests.${identifier})).compareTo(quantity(string(self.limits.${identifier}))) <= 0`,
  ].join(' || '),
  message: `the request for ${name} is above its limit: raise limits.${name} or lower requests.${name}`,
});

/** What a user asks for. */
export const specV1: JsonSchema = {
  title: 'BitcoinNetworkSpec',
  description: 'The network that is asked for.',
  type: 'object',
  required: ['nodes'],
  properties: {
    nodes: {
      description:
        'How many bitcoin nodes the network has, 0 to 64. Each is a pod (NAME-sts-0, NAME-sts-1, ...) that is linked to every other. It can be changed at any time, also with kubectl scale: nodes that stay are not restarted. 0 keeps the network without any pod.',
      type: 'integer',
      format: 'int32',
      minimum: 0,
      maximum: 64,
    },
    secret: {
      description:
        'Name of a Secret in the same namespace whose keys BC_RPC_USER and BC_RPC_PASSWORD hold the RPC login of every node. Without it nodes have no RPC login for users; bitcoin-cli inside the pods works either way. Another name restarts the nodes one by one; a changed value waits for kubectl rollout restart.',
      type: 'string',
      maxLength: 253,
      pattern: dns1123Subdomain,
    },
    image: {
      description:
        'Container image that holds bitcoind and bitcoin-cli, on the PATH or where docker.io/bitcoin/bitcoin keeps them. Default: docker.io/bitcoin/bitcoin:31.1. A change restarts the nodes one by one.',
      type: 'string',
      default: 'docker.io/bitcoin/bitcoin:31.1',
      maxLength: 512,
      pattern: '^[!-~]+$',
    },
    imagePullPolicy: {
      description:
        'When the image is pulled: Always, at each start of a node; IfNotPresent, only where it is not yet there; Never, not at all. Default: IfNotPresent.',
      type: 'string',
      default: 'IfNotPresent',
      enum: ['Always', 'IfNotPresent', 'Never'],
    },
    imagePullSecrets: {
      description:
        'Secrets in the same namespace with the logins of private registries that the image is pulled from. Default: none.',
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        title: 'LocalObjectReference',
        type: 'object',
        required: ['name'],
        properties: {
          name: {
            description: 'Name of a Secret of type kubernetes.io/dockerconfigjson.',
            type: 'string',
            maxLength: 253,
            pattern: dns1123Subdomain,
          },
        },
      },
    },
    config: {
      description:
        'Options of bitcoind for every node, as in bitcoin.conf: a name without dash, and one value (0 and 1 for off and on). It takes the place of a value that the network would set, such as dbcache, fallbackfee or maxtipage. Options that the network needs for itself are refused: the chain, files, how bitcoind runs and listens, links between nodes, every rpc option. A name that the bitcoind of the image does not know keeps the node from starting and is reported in the condition Ready. A change restarts the nodes one by one. Default: none.',
      type: 'object',
      maxProperties: 64,
      additionalProperties: {
        anyOf: [{ type: 'integer' }, { type: 'string' }],
        // JSON numbers beyond these lose digits in JavaScript; as a string any number is kept.
        minimum: Number.MIN_SAFE_INTEGER,
        maximum: Number.MAX_SAFE_INTEGER,
        maxLength: 1024,
        'x-kubernetes-int-or-string': true,
        'x-kubernetes-validations': [
          {
            rule: "type(self) == int || !self.matches('[\\\\x00-\\\\x1f\\\\x7f#]')",
            message:
              'a value is one line: remove line breaks and other control characters, and # (bitcoind would take the rest for a comment)',
          },
        ],
      },
      'x-kubernetes-validations': configRules,
    },
    resources: {
      title: 'ResourceRequirements',
      description:
        'Processor time, memory and storage of each node. Default: requests of 20m cpu and 128Mi memory, no limits. What is given here replaces that default as a whole. A change restarts the nodes one by one.',
      type: 'object',
      default: { requests: { cpu: '20m', memory: '128Mi' } },
      properties: {
        requests: resourceList(
          'ResourceRequests',
          'What the scheduler sets aside for a node. A resource that has a limit and no request requests its limit.',
        ),
        limits: resourceList(
          'ResourceLimits',
          'The most that a node may use: cpu is throttled there; a node that passes its memory or storage is ended and started again.',
        ),
      },
      'x-kubernetes-validations': [
        requestWithinLimit('cpu'),
        requestWithinLimit('memory'),
        requestWithinLimit('ephemeral-storage', 'ephemeral__dash__storage'),
      ],
    },
  },
};
