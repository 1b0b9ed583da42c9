import type { JsonSchema, ValidationRule } from '../../schema/json-schema.ts';
import { celList, optionNameRules } from './option-rules.ts';
import { listOptions, optionValue } from './option-value.ts';

const listRules: readonly ValidationRule[] = [
  {
    rule: `${celList(listOptions)}.all(name, !(name in self) || self[name].all(value, type(value) == int || !value.contains(',')))`,
    message:
      'configLists takes a list of values without commas: make each value an item of its own, for example debug: [net, validation]',
  },
  {
    rule: "!('maxconnections' in self) && !('nomaxconnections' in self)",
    message: 'configLists must not set maxconnections, which has one value: move it to config',
  },
];

/** spec.configLists. */
export const configLists: JsonSchema = {
  description:
    'Options of bitcoind that it takes more than once, each with the list of its values, for example debug: [net, validation]. An option is in config or in configLists, not in both, and the options that config rejects are rejected here. A change restarts the nodes one at a time. Default: none.',
  type: 'object',
  maxProperties: 16,
  additionalProperties: {
    type: 'array',
    maxItems: 16,
    'x-kubernetes-list-type': 'atomic',
    items: optionValue(256),
  },
  'x-kubernetes-validations': [...optionNameRules, ...listRules],
};
