import { nodePeersQuery } from '../../../bitcoin/peers/node-peers.ts';

describe('nodePeersQuery', () => {
  test('reads the addnode list and the outbound peers in one batch', () => {
    expect(nodePeersQuery.calls.map(({ method }) => method)).toEqual([
      'getaddednodeinfo',
      'getpeerinfo',
    ]);
    const added = [{ addednode: 'a:1', connected: true }, { addednode: 'b:1' }];
    const peers = [{ addr: 'a:1', inbound: false, version: 70016 }];
    expect(nodePeersQuery.parse([added, peers])).toEqual({
      added: ['a:1', 'b:1'],
      outbound: ['a:1'],
    });
  });

  test('leaves out inbound peers and peers whose handshake is not complete', () => {
    const peers = [
      { addr: 'a:1', inbound: true, version: 70016 },
      { addr: 'b:1', inbound: false, version: 0 },
      { addr: 'c:1', inbound: false },
      { addr: 'd:1', inbound: false, version: 70016 },
    ];
    expect(nodePeersQuery.parse([[], peers]).outbound).toEqual(['d:1']);
  });

  test.each([
    [[null, []], 'expected a list, got null'],
    [[[], {}], 'expected a list, got object'],
    [[[null], []], 'expected an object, got null'],
    [[[{ addednode: 7 }], []], 'expected a string in addednode, got number'],
    [[[], [{ version: 1 }]], 'expected a string in addr, got undefined'],
  ])('rejects the results %j', (results, message) => {
    expect(() => nodePeersQuery.parse(results)).toThrow(message);
  });
});
