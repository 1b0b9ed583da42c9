import {
  reservedOptions,
  reservedRpcOptionsMessage,
  userRpcOptions,
} from '../../bitcoin/config/reserved-options.ts';
import { code, table } from './markdown.ts';

/** The errors for options that only the network may set. */
export const reservedMessages: ReadonlySet<string> = new Set([
  ...reservedOptions.map(({ message }) => message),
  reservedRpcOptionsMessage,
]);

/** Returns the blocks that list the options that only the network may set. */
export function reservedSection(): string[] {
  const options = (names: readonly string[]) => names.map(code).join(', ');
  const rows = [
    ...reservedOptions.map(({ names, message }) => [options(names), message]),
    [`every \`rpc\` option except ${options(userRpcOptions)}`, reservedRpcOptionsMessage],
  ];
  return [
    '### Reserved options',
    '`spec.config` and `spec.configLists` reject the options that the network itself depends on, and their forms with the prefix `no`.',
    table(['options', 'error'], rows),
  ];
}
