import type { NodeName } from '../../../../bitcoin/plan/node-name.ts';
import { planNetwork } from '../../../../bitcoin/plan/network-plan.ts';
import {
  planRollout,
  type RolloutState,
} from '../../../../controller/bitcoin-network/rollout/plan.ts';
import {
  node,
  nodesWithRevisions,
  peers,
  statefulSet,
  tip,
  tips,
  unanswered,
} from '../../builders.ts';

/** A StatefulSet of 3 nodes between two revisions. */
const between = (currentRevision: string, updateRevision: string, partition = 3) =>
  statefulSet(3, { currentRevision, updateRevision }, partition);

/**
 * Plans the next step of a rollout from `r0` to `r1`, in a network that is linked and synced.
 *
 * @param revisions of the pods of the nodes `0`, `1` and `2`; `-` is a node without a pod
 */
function plan(revisions: string, state: Partial<RolloutState> = {}) {
  return planRollout({
    plan: planNetwork({ nodes: 3 }),
    statefulSet: between('r0', 'r1'),
    nodes: nodesWithRevisions(revisions),
    peers: peers(3),
    tips: tips(500, 500, 500),
    now: 60_000,
    ...state,
  });
}
const partition = (...args: Parameters<typeof plan>) => plan(...args).updatePartition;

describe('planRollout', () => {
  test('replaces nodes one at a time from the last one, and then holds all', () => {
    expect(plan('r0 r0 r0')).toEqual({ updatePartition: 2, waitingFor: 'replacing alice-sts-2' });
    expect(plan('r0 r0 r1')).toEqual({ updatePartition: 1, waitingFor: 'replacing alice-sts-1' });
    expect(plan('r0 r1 r1')).toEqual({ updatePartition: 0, waitingFor: 'replacing alice-sts-0' });
    expect(plan('r1 r1 r1')).toEqual({ updatePartition: 3, waitingFor: undefined });
  });

  test('replaces the only node at once', () => {
    const one = { plan: planNetwork({ nodes: 1 }), tips: tips(5) };
    expect(partition('r0', one)).toBe(0);
  });

  test('lets a missing pod start with the new revision', () => {
    expect(plan('r0 r0 -')).toEqual({
      updatePartition: 2,
      waitingFor: 'waiting for the pod of node 2',
    });
    expect(partition('- r1 r1')).toBe(0);
  });

  test('revokes what it allowed if the spec changes again during the rollout', () => {
    const state = { statefulSet: between('r0', 'r2', 0), tips: tips(500, 500, 0) };
    expect(partition('r0 r1 r2', state)).toBe(2);
    expect(partition('r1 r1 r1', { statefulSet: between('r0', 'r2', 0) })).toBe(2);
  });

  test('replaces the pods that a reverted change left behind', () => {
    const state = { statefulSet: between('r0', 'r0') };
    expect(partition('r0 r1 r1', state)).toBe(2);
    expect(partition('r0 r1 r0', state)).toBe(1);
    expect(partition('r0 r0 r0', state)).toBe(3);
  });
});

describe('the next node is replaced only after the node before it', () => {
  const waits = (state: Partial<RolloutState>, waitingFor: string) => {
    expect(plan('r0 r0 r1', state)).toEqual({ updatePartition: 2, waitingFor });
  };

  test('is ready', () => {
    const nodes = [...nodesWithRevisions('r0 r0'), node('2', { ready: false })];
    waits({ nodes }, 'alice-sts-2 is not ready');
  });

  test('responds to RPC', () => {
    waits({ tips: tips(500, 500) }, 'alice-sts-2 does not respond to RPC');
    const failing = new Map([...tips(500, 500), ['2', unanswered('timeout')] as const]);
    waits({ tips: failing }, 'alice-sts-2 does not respond to RPC');
  });

  test('has the highest block, not another one of nearly the same height', () => {
    waits({ tips: tips(500, 500, 440) }, 'alice-sts-2 is syncing at height 440');
    const forked = new Map([...tips(500, 500), ['2', tip(499, 'other')] as const]);
    waits({ tips: forked }, 'alice-sts-2 is syncing at height 499');
  });

  test('has one of the highest blocks while nodes disagree', () => {
    const disagreeing = new Map([...tips(500, 500), ['2', tip(500, 'other')] as const]);
    expect(partition('r0 r0 r1', { tips: disagreeing })).toBe(1);
  });

  test('is linked with its peers that respond', () => {
    const connected = new Map<NodeName, Set<NodeName>>([['2', new Set(['0'])]]);
    waits({ peers: { connected } }, 'alice-sts-2 is not linked with node 1');
    const silent = new Map([...tips(500, 500, 500), ['1', unanswered('unauthorized')] as const]);
    const nodes = [...nodesWithRevisions('r0 r0'), node('2', { readySince: 0 })];
    expect(partition('', { nodes, peers: { connected }, tips: silent })).toBe(1);
  });
});

describe('a node of the old revision that does not respond', () => {
  test('stops the rollout, because it may have blocks that no other node has', () => {
    const silent = new Map([...tips(0, 0, 0), ['1', unanswered('timeout')] as const]);
    expect(plan('r0 r0 r1', { tips: silent })).toEqual({
      updatePartition: 2,
      waitingFor: 'alice-sts-1 does not respond to RPC',
    });
    expect(plan('r0 r0 r0', { tips: silent })).toEqual({
      updatePartition: 3,
      waitingFor: 'alice-sts-1 does not respond to RPC',
    });
  });

  describe('and rejects the credentials of the controller', () => {
    const locked = new Map([
      ['0', unanswered('unauthorized')],
      ['1', unanswered('unauthorized')],
      ['2', tip(500)],
    ] as const);
    const since = (readySince: number | undefined) => ({
      tips: locked,
      nodes: [...nodesWithRevisions('r0 r0'), node('2', { readySince })],
    });

    test('does not stop the rollout', () => {
      expect(partition('r0 r0 r0', { tips: locked })).toBe(2);
    });

    test('gives the replaced node 10 s to sync', () => {
      expect(plan('', since(51_000))).toEqual({
        updatePartition: 2,
        waitingFor: 'alice-sts-2 is at height 500; its peers cannot be queried',
      });
      expect(partition('', since(undefined))).toBe(2);
      expect(partition('', since(50_000))).toBe(1);
    });

    test('waits until the replaced node has the blocks of all its headers', () => {
      const syncing = { value: { blocks: 440, headers: 500, bestBlockHash: 'hash-440' } };
      const state = { ...since(0), tips: new Map([...locked, ['2', syncing] as const]) };
      expect(partition('', state)).toBe(2);
    });
  });
});

describe('while another node starts', () => {
  test('no second node is replaced', () => {
    const nodes = [
      node('0', { revision: 'r0' }),
      node('1', { ready: false }),
      node('2', { revision: 'r0' }),
    ];
    const state = { nodes, tips: new Map([...tips(500), ['2', tip(500)] as const]) };
    expect(plan('', state)).toEqual({ updatePartition: 3, waitingFor: 'alice-sts-1 is not ready' });
    expect(plan('- r0 r0')).toEqual({
      updatePartition: 3,
      waitingFor: 'waiting for the pod of node 0',
    });
  });

  test('a crashing node does not count', () => {
    const problem = { message: 'CrashLoopBackOff', lasting: false };
    const nodes = [
      node('0', { revision: 'r0', ready: false, problem }),
      ...nodesWithRevisions('r0 r0 r0').slice(1),
    ];
    const state = { nodes, tips: new Map([['1', tip(5)] as const, ['2', tip(5)] as const]) };
    expect(partition('', state)).toBe(2);
  });
});

describe('nodes of the old revision that fail', () => {
  const failing = (lasting: boolean) =>
    (['0', '1', '2'] as const).map((name) =>
      node(name, { revision: 'r0', ready: false, problem: { message: 'P', lasting } }),
    );

  test('are replaced together if their problem is lasting', () => {
    expect(plan('', { nodes: failing(true), tips: new Map() })).toEqual({
      updatePartition: 0,
      waitingFor: 'replacing alice-sts-2, which fails',
    });
  });

  test('are replaced one at a time if they may recover with their chain', () => {
    expect(partition('', { nodes: failing(false), tips: new Map() })).toBe(2);
  });

  test('do not cause the replacement of a working node', () => {
    const nodes = [node('0', { revision: 'r0' }), ...failing(true).slice(1)];
    expect(partition('', { nodes, tips: tips(500) })).toBe(1);
  });
});
