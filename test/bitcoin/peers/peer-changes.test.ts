import * as fc from 'fast-check';
import {
  connectedPeers,
  planPeerChanges,
  type NodePeers,
  type PeerNames,
} from '../../../bitcoin/peers/peer-changes.ts';
import { fullMesh, linkedPeers } from '../../../bitcoin/plan/topologies/full-mesh.ts';

const names: PeerNames = {
  nameOf: (ordinal) => `n${ordinal}:1`,
  ordinalOf: (name) => (/^n\d+:1$/.test(name) ? Number(name.slice(1, -2)) : undefined),
};
const node = (added: string[] = [], outbound: string[] = []): NodePeers => ({ added, outbound });

test('new nodes list and dial their planned peers', () => {
  const nodes = new Map([0, 1, 2].map((ordinal) => [ordinal, node()]));
  const changes = planPeerChanges({ topology: fullMesh(3), names, nodes });
  expect(changes.get(0)).toEqual({
    add: ['n1:1', 'n2:1'],
    remove: [],
    disconnect: [],
    dial: ['n1:1', 'n2:1'],
  });
});

test('a link that the other end holds is not dialled again', () => {
  const nodes = new Map([
    [0, node(['n1:1'], ['n1:1'])],
    [1, node(['n0:1'])],
  ]);
  const changes = planPeerChanges({ topology: fullMesh(2), names, nodes });
  expect(changes.get(1)!.dial).toEqual([]);
});

test('peers that do not answer are listed but not dialled', () => {
  const nodes = new Map([[0, node()]]);
  const changes = planPeerChanges({ topology: fullMesh(2), names, nodes });
  expect(changes.get(0)).toMatchObject({ add: ['n1:1'], dial: [] });
});

test('what left the plan is taken off the list and cut at the end that dialled', () => {
  const nodes = new Map([
    [0, node(['n1:1', 'n2:1'], ['n1:1', 'n2:1'])],
    [1, node(['n0:1'])],
  ]);
  const changes = planPeerChanges({ topology: fullMesh(2), names, nodes });
  expect(changes.get(0)).toEqual({ add: [], remove: ['n2:1'], disconnect: ['n2:1'], dial: [] });
});

test('peers of the user stay', () => {
  const nodes = new Map([
    [0, node(['n1:1', 'example.org:8333'], ['n1:1', 'example.org:8333'])],
    [1, node(['n0:1'])],
  ]);
  const changes = planPeerChanges({ topology: fullMesh(2), names, nodes });
  expect(changes.get(0)).toEqual({ add: [], remove: [], disconnect: [], dial: [] });
});

describe('from any state', () => {
  const peers = (count: number) =>
    fc.subarray(Array.from({ length: count }, (_, i) => names.nameOf(i)));
  const states = fc
    .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 0, max: 4 }))
    .chain(([wanted, left]) => {
      const count = wanted + left;
      return fc.record({
        topology: fc.constant(fullMesh(wanted)),
        lists: fc.array(fc.tuple(peers(count), peers(count)), {
          minLength: count,
          maxLength: count,
        }),
      });
    });

  /** bitcoind's answer to the changes, if every dial succeeds. */
  const obey = (
    { added, outbound }: NodePeers,
    changes: ReturnType<typeof planPeerChanges>,
    i: number,
  ) => {
    const { add, remove, disconnect, dial } = changes.get(i)!;
    return node(
      [...added.filter((name) => !remove.includes(name)), ...add],
      [...new Set([...outbound.filter((name) => !disconnect.includes(name)), ...dial])],
    );
  };

  test('one round ends with exactly the planned links, and a second changes nothing', () => {
    fc.assert(
      fc.property(states, ({ topology, lists }) => {
        const before = new Map(
          lists.map(([added, outbound], i) => {
            const others = (list: string[]) => list.filter((name) => name !== names.nameOf(i));
            return [i, node(others(added), others(outbound))];
          }),
        );
        const changes = planPeerChanges({ topology, names, nodes: before });
        const after = new Map([...before].map(([i, state]) => [i, obey(state, changes, i)]));
        const state = { topology, names, nodes: after };
        const connected = connectedPeers(state).map((set) => [...set].sort((a, b) => a - b));
        expect(connected).toEqual(linkedPeers(topology));
        for (const change of planPeerChanges(state).values()) {
          expect(change).toEqual({ add: [], remove: [], disconnect: [], dial: [] });
        }
      }),
    );
  });
});
