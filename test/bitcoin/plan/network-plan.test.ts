import * as fc from 'fast-check';
import { maxAddnodeConnections } from '../../../bitcoin/plan/link.ts';
import { planNetwork, type NetworkPlan } from '../../../bitcoin/plan/network-plan.ts';

const plans = fc.integer({ min: 0, max: 64 }).map((nodes) => planNetwork({ nodes }));

/** Every link as `a-b`, once for each end that dials it by the given command. */
function dials(plan: NetworkPlan, command: 'addnode' | 'onetry'): string[] {
  return [...plan.nodes.values()].flatMap((node) =>
    node[command].map((peer) => [node.name, peer].sort().join('-')),
  );
}

describe('planNetwork', () => {
  test('plans the nodes of the default group, in the order of their ordinals', () => {
    const { groups, nodes, chain } = planNetwork({ nodes: 3 });
    expect(chain.name).toBe('regtest');
    expect(groups).toEqual([{ name: 'default', nodes: 3 }]);
    expect([...nodes.keys()]).toEqual(['0', '1', '2']);
    expect(nodes.get('1')).toEqual({
      name: '1',
      group: 'default',
      ordinal: 1,
      addnode: ['2', '0'],
      onetry: [],
      peers: ['0', '2'],
    });
  });

  test('plans a network without nodes', () => {
    expect(planNetwork({ nodes: 0 })).toMatchObject({ groups: [{ nodes: 0 }], nodes: new Map() });
  });

  test('plans a single node without links', () => {
    const [node] = planNetwork({ nodes: 1 }).nodes.values();
    expect(node).toMatchObject({ addnode: [], onetry: [], peers: [] });
  });

  test('links every node with every other', () => {
    fc.assert(
      fc.property(plans, ({ nodes }) => {
        for (const { name, peers } of nodes.values()) {
          expect(peers).toEqual([...nodes.keys()].filter((other) => other !== name));
        }
      }),
    );
  });

  test('dials every pair: from addnode lists, or else from one end by onetry', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const listed = new Set(dials(plan, 'addnode'));
        const once = dials(plan, 'onetry');
        const size = plan.nodes.size;
        expect(new Set(once).size).toBe(once.length);
        expect(once.filter((link) => listed.has(link))).toEqual([]);
        expect(2 * (listed.size + once.length) + size).toBe(size * size);
      }),
    );
  });

  test('gives no node more addnode entries than bitcoind connects to', () => {
    fc.assert(
      fc.property(plans, ({ nodes }) => {
        for (const { addnode } of nodes.values()) {
          expect(addnode.length).toBeLessThanOrEqual(maxAddnodeConnections);
        }
      }),
    );
  });

  test('is a function of the spec alone', () => {
    expect(planNetwork({ nodes: 20 })).toEqual(planNetwork({ nodes: 20 }));
  });
});
