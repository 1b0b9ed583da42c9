import type { NodeName } from '../../../../bitcoin/plan/node-name.ts';
import { planNetwork } from '../../../../bitcoin/plan/network-plan.ts';
import type { NodeState } from '../../../../controller/bitcoin-network/nodes/observe.ts';
import { planRollout } from '../../../../controller/bitcoin-network/rollout/plan.ts';
import type { RolloutState } from '../../../../controller/bitcoin-network/rollout/state.ts';
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
    lastHeights: new Map(),
    unreachableSince: undefined,
    isUnguarded: false,
    now: 60_000,
    ...state,
  });
}

/** Expects a plan that continues without user action. */
const expectPlan = (
  planned: ReturnType<typeof plan>,
  updatePartition: number,
  waitingFor: string | undefined,
) => {
  expect(planned).toEqual({ updatePartition, waitingFor, isBlocked: false });
};
const partition = (...args: Parameters<typeof plan>) => plan(...args).updatePartition;

describe('planRollout', () => {
  test('replaces nodes one at a time from the last one, and then holds all', () => {
    expectPlan(plan('r0 r0 r0'), 2, 'replacing alice-sts-2');
    expectPlan(plan('r0 r0 r1'), 1, 'replacing alice-sts-1');
    expectPlan(plan('r0 r1 r1'), 0, 'replacing alice-sts-0');
    expectPlan(plan('r1 r1 r1'), 3, undefined);
  });

  test('replaces the only node at once', () => {
    const one = { plan: planNetwork({ nodes: 1 }), tips: tips(5) };
    expect(partition('r0', one)).toBe(0);
  });

  test('lets a missing pod start with the new revision', () => {
    expectPlan(plan('r0 r0 -'), 2, 'waiting for the pod of node 2');
    expect(partition('- r1 r1')).toBe(0);
  });

  test('keeps pods at the old revision while one of the new revision is not ready', () => {
    const unready = node('2', { ready: false, firstReady: undefined });
    const evicted = [...nodesWithRevisions('r0'), unready];
    expectPlan(plan('', { nodes: evicted, tips: tips(500) }), 2, 'alice-sts-2 is not ready');
    const recreated = node('1', { revision: 'r0', ready: false, firstReady: undefined });
    const nodes = [...nodesWithRevisions('r0'), recreated, unready];
    expectPlan(plan('', { nodes, tips: tips(500) }), 2, 'alice-sts-2 is not ready');
    expectPlan(plan('r0 - -', { tips: tips(500) }), 2, 'waiting for the pod of node 2');
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
    expectPlan(plan('r0 r0 r1', state), 2, waitingFor);
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
    expectPlan(plan('r0 r0 r1', { tips: silent }), 2, 'alice-sts-1 does not respond to RPC');
    expectPlan(plan('r0 r0 r0', { tips: silent }), 3, 'alice-sts-1 does not respond to RPC');
  });

  test('needs a user after it has not responded for 1 minute', () => {
    const silent = new Map([...tips(0, 0, 0), ['1', unanswered('timeout')] as const]);
    const since = (unreachableSince: number) => ({ tips: silent, unreachableSince });
    expect(plan('r0 r0 r0', since(1)).isBlocked).toBe(false);
    expect(plan('r0 r0 r0', since(0))).toEqual({
      updatePartition: 3,
      waitingFor:
        'alice-sts-1 does not respond to RPC, and may have blocks that no other node has: let ' +
        'the controller reach it, or accept the loss of chains: annotate the network with ' +
        'bitcoincontroller.christianb93.github.com/rollout=unguarded',
      isBlocked: true,
    });
  });

  test('needs a user too if it is a replaced node', () => {
    const silent = new Map([...tips(0, 0), ['2', unanswered('timeout')] as const]);
    const state = { tips: silent, unreachableSince: 0 };
    expect(plan('r0 r0 r1', state)).toMatchObject({ updatePartition: 2, isBlocked: true });
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
      const message = 'alice-sts-2 is at height 500; its peers cannot be queried';
      expectPlan(plan('', since(51_000)), 2, message);
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
    expectPlan(plan('', state), 3, 'alice-sts-1 is not ready');
    expectPlan(plan('- r0 r0'), 3, 'waiting for the pod of node 0');
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

/** Three nodes of the old revision that fail, and were ready until 30 s after the epoch. */
const failing = (lasting: boolean, state: Partial<NodeState> = {}) =>
  (['0', '1', '2'] as const).map((name) => {
    const problem = { message: 'P', lasting };
    const failed = { revision: 'r0', ready: false, readySince: undefined, unreadySince: 30_000 };
    return node(name, { ...failed, problem, ...state });
  });

describe('pods of the old revision that were never ready hold no chain', () => {
  const never = { firstReady: undefined, unreadySince: undefined };

  test.each([true, false])('and are replaced if they fail (lasting: %s)', (lasting) => {
    const state = { nodes: failing(lasting, never), tips: new Map() };
    expectPlan(plan('', state), 2, 'replacing alice-sts-2, which was never ready');
  });

  test('and are replaced if they run and never get ready', () => {
    const nodes = failing(false, { ...never, problem: undefined });
    expect(partition('', { nodes, tips: new Map() })).toBe(2);
  });

  test('so that other nodes wait for them for 1 minute only', () => {
    const state = (createdAt: number) => {
      const [starting] = failing(false, { ...never, createdAt, problem: undefined });
      const nodes = [starting!, ...nodesWithRevisions('r0 r0 r0').slice(1)];
      return { nodes, tips: new Map([['1', tip(5)] as const, ['2', tip(5)] as const]) };
    };
    expectPlan(plan('', state(1)), 3, 'alice-sts-0 is not ready');
    expect(partition('', state(0))).toBe(2);
  });

  test('but those of the new revision are waited for', () => {
    const starting = node('2', { ready: false, firstReady: undefined });
    const nodes = [...nodesWithRevisions('r0 r0'), starting];
    expectPlan(plan('', { nodes, tips: tips(5, 5) }), 2, 'alice-sts-2 is not ready');
  });
});

describe('nodes of the old revision that fail and were ready', () => {
  const onlyCopy =
    'alice-sts-2 fails and may have the only copy of the chain: repair it, or accept the loss of ' +
    'chains: annotate the network with bitcoincontroller.christianb93.github.com/rollout=unguarded';
  const blocked = (state: Partial<RolloutState>) => {
    expect(plan('', state)).toEqual({ updatePartition: 3, waitingFor: onlyCopy, isBlocked: true });
  };

  test.each([true, false])('are not replaced if all of them fail (lasting: %s)', (lasting) => {
    blocked({ nodes: failing(lasting), tips: new Map() });
  });

  test('are not replaced for a replaced node that started without their chain', () => {
    const nodes = [...failing(true).slice(0, 2), node('2', { readySince: 40_000 })];
    expect(plan('', { nodes, tips: new Map([['2', tip(0)]]) })).toMatchObject({
      updatePartition: 2,
      isBlocked: true,
    });
  });

  test('do not cause the replacement of the only working node', () => {
    const nodes = [...failing(true).slice(0, 2), node('2', { revision: 'r0' })];
    expect(plan('', { nodes, tips: new Map([['2', tip(500)]]) })).toMatchObject({
      updatePartition: 3,
      waitingFor: expect.stringMatching(
        /^alice-sts-2 has the only copy of the chain: repair the other nodes, or accept/,
      ) as string,
      isBlocked: true,
    });
  });

  describe('are replaced if a ready node', () => {
    const state = (readySince: number) => {
      const nodes = [node('0', { revision: 'r0', readySince }), ...failing(true).slice(1)];
      return { nodes, tips: tips(500) };
    };

    test('was ready 10 s before they failed', () => {
      expectPlan(plan('', state(20_000)), 2, 'replacing alice-sts-2, which fails');
      blocked(state(20_001));
    });

    test('restarted in place and has the last height that they reported', () => {
      const heights = (height: number) => new Map([['1', height] as const, ['2', height] as const]);
      expect(partition('', { ...state(50_000), lastHeights: heights(500) })).toBe(2);
      blocked({ ...state(50_000), lastHeights: heights(501) });
      expect(partition('', { ...state(0), lastHeights: heights(501) })).toBe(2);
    });
  });

  test('are not replaced because of the height that they reported before', () => {
    const lastHeights = new Map((['0', '1', '2'] as const).map((name) => [name, 0]));
    blocked({ nodes: failing(true), tips: new Map(), lastHeights });
    const fresh = node('0', { readySince: 40_000, firstReady: 40_000 });
    const nodes = [fresh, ...failing(true).slice(1)];
    blocked({ nodes, tips: tips(0), lastHeights });
  });

  test('are replaced if they are the only node of the network', () => {
    const one = { plan: planNetwork({ nodes: 1 }), tips: new Map() };
    expect(partition('', { ...one, nodes: failing(true).slice(0, 1) })).toBe(0);
  });
});

describe('an unguarded rollout', () => {
  const unguarded = { isUnguarded: true, unreachableSince: 0 };

  test('opens all pods, whether their chains are lost or unknown', () => {
    const message = 'replacing alice-sts-2 without regard to chains';
    expectPlan(plan('', { ...unguarded, nodes: failing(true), tips: new Map() }), 0, message);
    expectPlan(plan('r0 r0 r0', { ...unguarded, tips: new Map() }), 0, message);
    const message1 = 'replacing alice-sts-1 without regard to chains';
    expectPlan(plan('r0 r0 r1', { ...unguarded, tips: tips(5, 5, 0) }), 0, message1);
  });
});
