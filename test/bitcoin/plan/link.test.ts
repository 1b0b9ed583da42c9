import * as fc from 'fast-check';
import { linkedPeers } from '../../../bitcoin/plan/link.ts';

describe('linkedPeers', () => {
  test('links both ends, whichever of them dials', () => {
    expect(linkedPeers({ addnode: [[1], [], []], onetry: [[], [], [0]] })).toEqual([
      [1, 2],
      [0],
      [0],
    ]);
  });

  test('names a peer once if both ends dial', () => {
    expect(linkedPeers({ addnode: [[1], [0]], onetry: [[], []] })).toEqual([[1], [0]]);
  });

  test('orders peers by number', () => {
    const none = Array.from({ length: 12 }, () => []);
    const [first] = linkedPeers({ addnode: [[10, 2, 9], ...none.slice(1)], onetry: none });
    expect(first).toEqual([2, 9, 10]);
  });

  test('returns nothing for a plan without nodes', () => {
    expect(linkedPeers({ addnode: [], onetry: [] })).toEqual([]);
  });

  test('returns a symmetric relation', () => {
    const lists = fc.array(fc.subarray([0, 1, 2, 3, 4, 5]), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(lists, lists, (addnode, onetry) => {
        const peers = linkedPeers({ addnode, onetry });
        peers.forEach((others, node) => {
          for (const other of others) expect(peers[other]).toContain(node);
        });
      }),
    );
  });
});
