import { reservedConnections } from '../../../bitcoin/peers/connection-slots.ts';
import type { ValidationRule } from '../../schema/json-schema.ts';

/** The peers that a node of a full mesh must accept: `requiredInboundSlots` of its plan, in CEL. */
const requiredSlots = '(self.nodes <= 9 ? self.nodes - 1 : self.nodes <= 17 ? 8 : self.nodes / 2)';

/** Returns whether maxconnections of a spec suffices for its nodes, in CEL. */
function hasSlots(spec: string): string {
  const value = `${spec}.config['maxconnections']`;
  const limit = `(type(${value}) == int ? ${value} : ${value}.matches('^[0-9]{1,9}$') ? int(${value}) : 0)`;
  const required = requiredSlots.replaceAll('self.', `${spec}.`);
  const isLimited = (name: string) => `'${name}' in ${spec}.config`;
  return `(!has(${spec}.config) || ${spec}.nodes < 2 || (!(${isLimited('nomaxconnections')}) && (!(${isLimited('maxconnections')}) || ${limit} >= ${reservedConnections} + ${required})))`;
}

/** Rules that concern several fields of spec. */
export const specRules: readonly ValidationRule[] = [
  {
    rule: `${hasSlots('self')} || (oldSelf.hasValue() && [oldSelf.value()].exists(old, !${hasSlots('old')}))`,
    message: `config.maxconnections is too low for the number of nodes, because bitcoind reserves ${reservedConnections} connections for itself and accepts only the rest: set it to the number of nodes plus ${reservedConnections - 1} (43 suffices for 64 nodes), or remove maxconnections and nomaxconnections`,
    fieldPath: '.config',
    optionalOldSelf: true,
  },
  {
    rule: '!has(self.config) || !has(self.configLists) || self.configLists.all(name, !(name in self.config))',
    message:
      'configLists must not have an option that config has: move all values of the option to configLists',
    fieldPath: '.configLists',
  },
];
