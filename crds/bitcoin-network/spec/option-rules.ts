import {
  reservedOptions,
  reservedRpcOptionsMessage,
  userRpcOptions,
} from '../../../bitcoin/config/reserved-options.ts';
import type { ValidationRule } from '../../schema/json-schema.ts';

/** Returns a list of strings in CEL. */
export const celList = (values: readonly string[]): string =>
  `[${values.map((value) => `'${value}'`).join(', ')}]`;

/** bitcoind reads `noNAME` as `NAME=0`. */
const withNegations = (options: readonly string[]): string[] =>
  options.flatMap((name) => [name, `no${name}`]);

/** The rules for the names of options, in spec.config and spec.configLists. */
export const optionNameRules: readonly ValidationRule[] = [
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
