import * as fc from 'fast-check';
import { defaultGroup, nodeName, parseNodeName } from '../../../bitcoin/plan/node-name.ts';

const identities = fc.record({
  group: fc.oneof(
    fc.constant(defaultGroup),
    fc.stringMatching(/^[a-z][a-z0-9]{0,29}$/).filter((group) => group !== defaultGroup),
  ),
  ordinal: fc.nat(),
});

describe('nodeName', () => {
  test.each([
    [{ group: 'default', ordinal: 0 }, '0'],
    [{ group: 'default', ordinal: 12 }, '12'],
    [{ group: 'old', ordinal: 1 }, 'old-1'],
    [{ group: 'v29', ordinal: 10 }, 'v29-10'],
  ])('%j is the node %s', (identity, name) => {
    expect(nodeName(identity)).toBe(name);
    expect(parseNodeName(name)).toEqual(identity);
  });

  test('gives a name from which parseNodeName returns the group and the ordinal', () => {
    fc.assert(
      fc.property(identities, (identity) => {
        expect(parseNodeName(nodeName(identity))).toEqual(identity);
      }),
    );
  });

  test('gives different nodes different names', () => {
    fc.assert(
      fc.property(fc.uniqueArray(identities, { selector: (i) => JSON.stringify(i) }), (all) => {
        const distinct = new Set(all.map(({ group, ordinal }) => `${group}/${ordinal}`));
        expect(new Set(all.map(nodeName)).size).toBe(distinct.size);
      }),
    );
  });
});

describe('parseNodeName', () => {
  test.each(['', '-1', '01', '1.5', ' 1', 'x', 'old', 'old-', 'old-01', 'Old-1', 'a-b-1', '1-old'])(
    'rejects %j, which is not the name of a node',
    (text) => {
      expect(parseNodeName(text)).toBeUndefined();
    },
  );

  test('rejects a second name for a node of the default group', () => {
    expect(parseNodeName('default-0')).toBeUndefined();
  });
});
