import { reservedOptions } from '../../../bitcoin/config/reserved-options.ts';
import { validateBitcoinNetwork } from '../../../crds/validation/index.ts';
import { networkResource } from '../../crds/network-resource.ts';

describe('reservedOptions', () => {
  test('gives one reason for each option', () => {
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
  )('spec.config may not contain $option', ({ option, message }) => {
    const resource = networkResource({ nodes: 1, config: { [option]: 1 } });
    expect(validateBitcoinNetwork(resource)).toEqual([{ field: 'spec.config', message }]);
  });
});
