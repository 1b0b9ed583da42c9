import type { NodeName } from '../../../../bitcoin/plan/node-name.ts';
import { LastHeights } from '../../../../controller/bitcoin-network/chain-loss/last-heights.ts';
import { reportLosses } from '../../../../controller/bitcoin-network/chain-loss/report.ts';
import type { NodeView } from '../../../../controller/bitcoin-network/nodes/query.ts';
import {
  dependencies,
  linkedWith,
  network,
  node,
  pod,
  scope,
  statefulSet,
  tip,
  type TestDependencies,
} from '../../builders.ts';

const firstReadyTime = '2026-01-01T12:00:05Z';

/** Stores the heights of the nodes `0`, `1`, ... */
function recordHeights(heights: LastHeights, ...values: number[]) {
  const nodes = values.map((_, ordinal) => node(`${ordinal}`, uid(`${ordinal}`)));
  const views = values.map((blocks, ordinal): [NodeName, NodeView] => [
    `${ordinal}`,
    { peers: linkedWith(), tip: tip(blocks) },
  ]);
  heights.record('lab/alice', nodes, new Map(views));
}

const uid = (name: NodeName) => ({ uid: `uid-of-pods/alice-sts-${name}` });

describe('reportLosses', () => {
  let context: TestDependencies;
  let heights: LastHeights;

  beforeEach(() => {
    context = dependencies();
    heights = new LastHeights();
    context.server.put('statefulsets/alice-sts', { ...statefulSet(3, {}, 3) });
    for (const name of ['0', '1', '2'] as const) {
      context.server.put(`pods/alice-sts-${name}`, { ...pod(name) });
    }
  });

  /** Reports the losses of a network whose nodes were all ready. */
  function report(spec = { nodes: 3 }, remaining: NodeName[] = ['0', '1', '2']): string[] {
    const nodes = ['0', '1', '2'].map((ordinal) => {
      const nodeName = `alice-sts-${ordinal}`;
      return { nodeName, ordinal: Number(ordinal), ready: true, firstReadyTime };
    });
    const resource = { ...network(spec), status: { nodes } };
    const states = remaining.map((name) => node(name, uid(name)));
    reportLosses(scope(resource, context), states, heights);
    return context.recorder.events;
  }

  const evict = (name: NodeName) => {
    const status = { phase: 'Failed', reason: 'Evicted', message: 'low on memory' };
    context.server.put(`pods/alice-sts-${name}`, { ...pod(name, status) });
  };

  test('names the node, the heights and the cause, once', () => {
    recordHeights(heights, 48, 50, 49);
    evict('1');
    report();
    expect(report()).toEqual([
      'Warning ChainLost lost the chain and wallets of alice-sts-1 (last known height 50): the pod ' +
        'ended (Evicted: low on memory); 2 other nodes may have copies up to height 49',
    ]);
  });

  test('states that no other node has a copy', () => {
    recordHeights(heights, 50);
    evict('0');
    expect(report(undefined, ['0'])).toEqual([
      'Warning ChainLost lost the chain and wallets of alice-sts-0 (last known height 50): the pod ' +
        'ended (Evicted: low on memory); no other node has a copy',
    ]);
  });

  test('names no height that is unknown', () => {
    evict('1');
    expect(report()).toEqual([
      'Warning ChainLost lost the chain and wallets of alice-sts-1: the pod ended (Evicted: low on ' +
        'memory); 2 other nodes may have copies',
    ]);
  });

  test('reports a node with height 0 too, because it may have got blocks since', () => {
    recordHeights(heights, 0, 0, 0);
    evict('1');
    expect(report()).toEqual([expect.stringContaining('alice-sts-1 (last known height 0)')]);
  });

  test('records nothing while no pod is lost', () => {
    expect(report()).toEqual([]);
  });

  test('warns before spec.nodes deletes nodes', () => {
    recordHeights(heights, 50, 50, 50);
    expect(report({ nodes: 2 })).toEqual([
      'Warning ChainLost scaling from 3 to 2 nodes deletes alice-sts-2 with its chain and wallets ' +
        '(last known height 50); 2 other nodes may have copies up to height 50',
    ]);
  });
});

describe('LastHeights', () => {
  test('returns the height of a pod, not of another one with its name', () => {
    const heights = new LastHeights();
    recordHeights(heights, 50);
    const current = [node('0', uid('0')), node('1')];
    expect(heights.heights('lab/alice', current)).toEqual(new Map([['0', 50]]));
    expect(heights.heights('lab/alice', [node('0', { uid: 'new' })])).toEqual(new Map());
    expect(heights.heightOf('lab/alice', '0', 'new')).toBeUndefined();
    expect(heights.heightOf('lab/alice', '0')).toBe(50);
    heights.forget('lab/alice');
    expect(heights.heightOf('lab/alice', '0')).toBeUndefined();
  });
});
