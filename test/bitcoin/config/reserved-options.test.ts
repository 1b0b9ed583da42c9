import { validateBitcoinNetwork } from '../../../crds/validation/index.ts';
import { reservedOptions, userRpcOptions } from '../../../bitcoin/config/reserved-options.ts';
import { networkResource } from '../../crds/network-resource.ts';

describe('reservedOptions', () => {
  test('lists each option once', () => {
    const names = reservedOptions.flatMap((group) => group.names);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(
    reservedOptions.flatMap(({ names, message }) =>
      names.flatMap((name) => [
        { option: name, message },
        { option: `no${name}`, message },
      ]),
    ),
  )('rejects $option with exactly one error', ({ option, message }) => {
    const resource = networkResource({ nodes: 1, config: { [option]: 1 } });
    expect(validateBitcoinNetwork(resource)).toEqual([{ field: 'spec.config', message }]);
  });

  test.each(userRpcOptions)('admits %s, which belongs to the user', (option) => {
    const resource = networkResource({ nodes: 1, config: { [option]: 8 } });
    expect(validateBitcoinNetwork(resource)).toEqual([]);
  });
});
