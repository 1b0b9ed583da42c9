import {
  reservedOptions,
  reservedRpcOptionsMessage,
  userRpcOptions,
} from '../../../bitcoin/config/reserved-options.ts';
import type { JsonSchema, ValidationRule } from '../../schema/json-schema.ts';

const celList = (values: readonly string[]): string =>
  `[${values.map((value) => `'${value}'`).join(', ')}]`;

/** bitcoind reads `noNAME` as `NAME=0`. */
const withNegations = (options: readonly string[]): string[] =>
  options.flatMap((name) => [name, `no${name}`]);

const optionRules: readonly ValidationRule[] = [
  {
    rule: "self.all(name, name.matches('^[a-z0-9]+$'))",
    message:
      'config option names must contain only a-z and 0-9, such as maxmempool: write each name as in bitcoin.conf, without dash, section or chain prefix',
  },
  ...reservedOptions.map(({ names, message }) => ({
    rule: `!self.exists(name, name in ${celList(withNegations(names))})`,
    message,
  })),
  {
    rule: `!self.exists(name, (name.startsWith('rpc') || name.startsWith('norpc')) && !(name in ${celList(userRpcOptions)}))`,
    message: reservedRpcOptionsMessage,
  },
];

const value: JsonSchema = {
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  // Larger JSON numbers lose digits in JavaScript; a string holds any number.
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  maxLength: 1024,
  'x-kubernetes-int-or-string': true,
  'x-kubernetes-validations': [
    {
      rule: "type(self) == int || !self.matches('[\\\\x00-\\\\x1f\\\\x7f#]')",
      message:
        'config values must be one line without #, because bitcoind reads the text after # as a comment: remove #, line breaks and other control characters',
    },
  ],
};

/** spec.config. */
export const config: JsonSchema = {
  description:
    'Options of bitcoind for every node, as in bitcoin.conf: a name without dash, and one value (1 for on, 0 for off). An option replaces the value that the network sets by default, for example of dbcache, fallbackfee or maxtipage. Options that the network depends on are rejected: the chain, files and directories, how bitcoind runs and listens, links between nodes, and rpc options other than rpcthreads and rpcworkqueue. If the bitcoind of the image does not support an option, the node does not start and the Ready condition reports the option. A change restarts the nodes one at a time. Default: none.',
  type: 'object',
  maxProperties: 64,
  additionalProperties: value,
  'x-kubernetes-validations': optionRules,
};
