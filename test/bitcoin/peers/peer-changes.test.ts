import * as fc from 'fast-check';
import type { NodePeers } from '../../../bitcoin/peers/node-peers.ts';
import {
  connectedPeers,
  planPeerChanges,
  type PeerAddresses,
  type PeerChanges,
} from '../../../bitcoin/peers/peer-changes.ts';
import { planNetwork } from '../../../bitcoin/plan/network-plan.ts';
import { parseNodeName, type NodeName } from '../../../bitcoin/plan/node-name.ts';

/** The node `1` has the addresses `n1:1`, by name, and `i1:1`, by IP address. */
const nodeWith = (prefix: string) => (address: string) => {
  const name = new RegExp(`^${prefix}(.+):1$`).exec(address)?.[1] ?? '';
  return parseNodeName(name) && (name as NodeName);
};
const addresses: PeerAddresses = {
  byName: (node) => `n${node}:1`,
  toDial: (node) => `i${node}:1`,
  nodeOf: nodeWith('[in]'),
};
const node = (added: string[] = [], outbound: string[] = []): NodePeers => ({ added, outbound });
const none: PeerChanges = { add: [], remove: [], disconnect: [], dial: [] };

/** The changes of a network of `size` nodes, of which the given ones respond. */
function changesOf(size: number, nodes: Partial<Record<NodeName, NodePeers>>) {
  const responding = new Map(Object.entries(nodes) as [NodeName, NodePeers][]);
  return planPeerChanges({ plan: planNetwork({ nodes: size }), addresses, nodes: responding });
}

describe('planPeerChanges', () => {
  test('lets new nodes list and dial their planned peers', () => {
    const changes = changesOf(3, { 0: node(), 1: node(), 2: node() });
    expect(changes.get('0')).toEqual({
      ...none,
      add: ['n1:1', 'n2:1'],
      dial: ['1', '2'],
    });
  });

  test('does not dial a link that the other end holds', () => {
    const changes = changesOf(2, { 0: node(['n1:1'], ['n1:1']), 1: node(['n0:1']) });
    expect(changes.get('1')).toEqual(none);
  });

  test('lists peers that do not respond, but does not dial them', () => {
    expect(changesOf(2, { 0: node() }).get('0')).toEqual({ ...none, add: ['n1:1'] });
  });

  test('removes a peer that left the plan, and disconnects it at the end that dialed it', () => {
    const changes = changesOf(2, {
      0: node(['n1:1', 'n2:1'], ['n1:1', 'n2:1']),
      1: node(['n0:1']),
    });
    expect(changes.get('0')).toEqual({ ...none, remove: ['n2:1'], disconnect: ['n2:1'] });
    expect(changes.get('1')).toEqual(none);
  });

  test('does not change peers of the user', () => {
    const changes = changesOf(2, {
      0: node(['n1:1', 'example.org:8333'], ['n1:1', 'example.org:8333']),
      1: node(['n0:1']),
    });
    expect(changes.get('0')).toEqual(none);
  });

  test('unlinks a node that left the plan and still responds', () => {
    const changes = changesOf(2, {
      0: node(['n1:1'], ['n1:1']),
      1: node(['n0:1']),
      2: node(['n0:1', 'n1:1'], ['n0:1']),
    });
    expect(changes.get('2')).toEqual({
      ...none,
      remove: ['n0:1', 'n1:1'],
      disconnect: ['n0:1'],
    });
  });

  test('dials further peers by onetry once addnode lists are full', () => {
    const nodes = Object.fromEntries(Array.from({ length: 18 }, (_, i) => [`${i}`, node()]));
    const { add, dial } = changesOf(18, nodes).get('0')!;
    expect(add).toHaveLength(8);
    expect(dial).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });
});

describe('planPeerChanges with links by IP address', () => {
  test('counts a link that was dialed by IP address', () => {
    const changes = changesOf(2, { 0: node(['n1:1'], ['i1:1']), 1: node(['n0:1']) });
    expect(changes.get('0')).toEqual(none);
  });

  test('disconnects a link by IP address that left the plan', () => {
    const changes = changesOf(2, { 0: node(['n1:1'], ['n1:1', 'i2:1']), 1: node(['n0:1']) });
    expect(changes.get('0')).toEqual({ ...none, disconnect: ['i2:1'] });
  });

  test('removes an entry by IP address that is not in the plan, because bitcoind dials it again', () => {
    const changes = changesOf(2, { 0: node(['n1:1', 'i2:1'], ['n1:1']), 1: node(['n0:1']) });
    expect(changes.get('0')).toEqual({ ...none, remove: ['i2:1'] });
  });

  test('leaves entries by IP address on the addnode list for planned links, because users add them', () => {
    const changes = changesOf(2, { 0: node(['n1:1', 'i1:1'], ['i1:1']), 1: node(['n0:1']) });
    expect(changes.get('0')).toEqual(none);
  });
});

describe('connectedPeers', () => {
  test('links both ends, and counts no peer outside the network', () => {
    const state = {
      plan: planNetwork({ nodes: 3 }),
      addresses,
      nodes: new Map<NodeName, NodePeers>([
        ['0', node([], ['n1:1', 'example.org:8333'])],
        ['2', node()],
      ]),
    };
    expect(connectedPeers(state)).toEqual(
      new Map([
        ['0', new Set(['1'])],
        ['1', new Set(['0'])],
        ['2', new Set()],
      ]),
    );
  });
});

describe('from any state', () => {
  const nameOf = (position: number): NodeName => `${position}`;
  const peers = (count: number) =>
    fc.subarray(Array.from({ length: count }, (_, i) => addresses.byName(nameOf(i))));
  const states = fc
    .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 4 }))
    .chain(([planned, left]) => {
      const count = planned + left;
      return fc.record({
        plan: fc.constant(planNetwork({ nodes: planned })),
        lists: fc.array(fc.tuple(peers(count), peers(count)), {
          minLength: count,
          maxLength: count,
        }),
      });
    });

  /** The state of a bitcoind after the changes, if every dial succeeds. */
  const after = ({ added, outbound }: NodePeers, changes: PeerChanges) => {
    const { add, remove, disconnect, dial } = changes;
    return node(
      [...added.filter((address) => !remove.includes(address)), ...add],
      [
        ...outbound.filter((address) => !disconnect.includes(address)),
        ...dial.map((peer) => addresses.toDial(peer)),
      ],
    );
  };

  test('one round ends with exactly the planned links, and a second one changes nothing', () => {
    fc.assert(
      fc.property(states, ({ plan, lists }) => {
        const before = new Map(
          lists.map(([added, outbound], i): [NodeName, NodePeers] => {
            const isOther = (address: string) => address !== addresses.byName(nameOf(i));
            return [nameOf(i), node(added.filter(isOther), outbound.filter(isOther))];
          }),
        );
        const changes = planPeerChanges({ plan, addresses, nodes: before });
        const nodes = new Map(
          [...before].map(([name, state]) => [name, after(state, changes.get(name)!)]),
        );
        const connected = connectedPeers({ plan, addresses, nodes });
        for (const { name, peers } of plan.nodes.values()) {
          expect(connected.get(name)).toEqual(new Set(peers));
        }
        for (const change of planPeerChanges({ plan, addresses, nodes }).values()) {
          expect(change).toEqual(none);
        }
      }),
    );
  });
});
