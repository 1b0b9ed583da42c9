import type { JsonSchema, ValidationRule } from '../../schema/json-schema.ts';
import { celList, optionNameRules } from './option-rules.ts';
import { listOptions, optionValue, textOptions } from './option-value.ts';

/** A value that was stored before the rule existed remains valid until it changes. */
const isUnchanged =
  '(oldSelf.hasValue() && name in oldSelf.value() && oldSelf.value()[name] == self[name])';

const valueRules: readonly ValidationRule[] = [
  {
    rule: `${celList(listOptions)}.all(name, !(name in self) || type(self[name]) == int || !self[name].contains(',') || ${isUnchanged})`,
    message:
      'config takes one value for each option, without commas: move an option with several values to configLists, for example configLists: {debug: [net, validation]}',
    optionalOldSelf: true,
  },
  {
    rule: `self.all(name, name in ${celList(textOptions)} || type(self[name]) == int || !self[name].matches('^([Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$') || ${isUnchanged})`,
    message:
      'config switches must be 1 or 0, because bitcoind reads words such as true and on as 0: write 1 for on and 0 for off',
    optionalOldSelf: true,
  },
];

/** spec.config. */
export const config: JsonSchema = {
  description:
    'Options of bitcoind for every node, as in bitcoin.conf: a name without dash, and one value (1 for on, 0 for off; not true or false). For options with several values, use configLists. An option replaces the value that the network sets by default, for example of dbcache, fallbackfee or maxtipage. Options that the network depends on are rejected: the chain, files and directories, how bitcoind runs and listens, links between nodes, and rpc options other than rpcthreads and rpcworkqueue. If the bitcoind of the image does not support an option, the node does not start and the Ready condition reports the option. A change restarts the nodes one at a time. Default: none.',
  type: 'object',
  maxProperties: 64,
  additionalProperties: optionValue(1024),
  'x-kubernetes-validations': [...optionNameRules, ...valueRules],
};
