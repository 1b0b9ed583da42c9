import * as fc from 'fast-check';
import { linkedPeers, maxAddnodeConnections } from '../../../../bitcoin/plan/link.ts';
import { fullMesh } from '../../../../bitcoin/plan/topologies/full-mesh.ts';

const nodes = fc.integer({ min: 0, max: 64 });

describe('fullMesh', () => {
  test('links every pair of nodes', () => {
    fc.assert(
      fc.property(nodes, (n) => {
        const peers = linkedPeers(fullMesh(n));
        expect(peers).toHaveLength(n);
        peers.forEach((others, ordinal) => {
          expect(others).toHaveLength(n - 1);
          expect(others).not.toContain(ordinal);
        });
      }),
    );
  });

  test('fills addnode lists up to the limit of bitcoind, without duplicates', () => {
    fc.assert(
      fc.property(nodes, (n) => {
        fullMesh(n).addnode.forEach((list) => {
          expect(list).toHaveLength(Math.max(0, Math.min(n - 1, maxAddnodeConnections)));
          expect(new Set(list).size).toBe(list.length);
        });
      }),
    );
  });

  test.each([3, 9, 12, 17])('needs no onetry for %i nodes', (n) => {
    expect(fullMesh(n).onetry.flat()).toEqual([]);
  });

  test.each([18, 19, 40, 64])('dials each pair of %i nodes from one end only', (n) => {
    const { addnode, onetry } = fullMesh(n);
    expect(addnode.flat().length + onetry.flat().length).toBe((n * (n - 1)) / 2);
  });

  test('starts the list of each node at the next node', () => {
    expect(fullMesh(3).addnode).toEqual([
      [1, 2],
      [2, 0],
      [0, 1],
    ]);
    expect(fullMesh(12).addnode[10]).toEqual([11, 0, 1, 2, 3, 4, 5, 6]);
  });
});
