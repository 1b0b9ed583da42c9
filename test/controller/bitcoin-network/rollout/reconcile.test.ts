import type { NodeName } from '../../../../bitcoin/plan/node-name.ts';
import type { NodeView } from '../../../../controller/bitcoin-network/nodes/query.ts';
import { reconcileRollout } from '../../../../controller/bitcoin-network/rollout/reconcile.ts';
import type { BitcoinNetwork } from '../../../../imports/bitcoin-network.ts';
import {
  dependencies,
  linkedWith,
  network,
  nodesWithRevisions,
  peers,
  scope,
  statefulSet,
  tip,
  type TestDependencies,
  unanswered,
} from '../../builders.ts';

describe('reconcileRollout', () => {
  let context: TestDependencies;

  beforeEach(() => {
    context = dependencies();
  });

  /** Reconciles a rollout from `r0` to `r1` whose StatefulSet has the given update partition. */
  function reconcile(revisions: string, partition: number, heights = [5, 5, 5]) {
    const set = statefulSet(3, { currentRevision: 'r0' }, partition);
    context.server.put('statefulsets/alice-sts', { ...set });
    const views = new Map(
      heights.map((blocks, ordinal): [NodeName, NodeView] => [
        `${ordinal}`,
        { peers: linkedWith(), tip: tip(blocks) },
      ]),
    );
    const nodes = nodesWithRevisions(revisions);
    return reconcileRollout(scope(undefined, context), nodes, peers(3, { views }));
  }

  test('advances to the next node, with events', () => {
    expect(reconcile('r0 r0 r0', 3)).toEqual({
      updatePartition: 2,
      waitingFor: 'replacing alice-sts-2',
      advances: true,
      isBlocked: false,
    });
    expect(context.recorder.events).toEqual([
      expect.stringMatching(/^Warning RollingUpdate restarting nodes one at a time/),
      'Normal RollingUpdate replacing alice-sts-2',
    ]);
  });

  test('stays at a node until it has the chain, without events', () => {
    expect(reconcile('r0 r0 r1', 2, [5, 5, 3])).toEqual({
      updatePartition: 2,
      waitingFor: 'alice-sts-2 is syncing at height 3',
      advances: false,
      isBlocked: false,
    });
    expect(context.recorder.events).toEqual([]);
  });

  test('holds all pods at the end of the rollout', () => {
    expect(reconcile('r1 r1 r1', 0)).toMatchObject({
      updatePartition: 3,
      waitingFor: undefined,
      advances: true,
    });
    expect(context.recorder.events).toEqual([]);
  });

  test('treats a node without a chain in its answer as one that does not respond', () => {
    context.server.put('statefulsets/alice-sts', {
      ...statefulSet(3, { currentRevision: 'r0' }, 3),
    });
    const views = new Map([['0', { peers: linkedWith(), tip: unanswered('malformed') }] as const]);
    const nodes = nodesWithRevisions('r0 r0 r0');
    const result = reconcileRollout(scope(undefined, context), nodes, peers(3, { views }));
    expect(result).toMatchObject({ waitingFor: 'alice-sts-0 does not respond to RPC' });
  });

  describe('with a ready node that does not respond', () => {
    const unknown = (lastTransitionTime: string, annotations = {}) => {
      const type = { type: 'PeersConnected', reason: 'RpcUnreachable', message: '' } as const;
      const condition = { ...type, status: 'Unknown', lastTransitionTime } as const;
      const resource = network({ nodes: 3 }, { annotations });
      return { ...resource, status: { conditions: [condition] } };
    };
    const plan = (resource: BitcoinNetwork) => {
      const set = statefulSet(3, { currentRevision: 'r0' }, 3);
      context.server.put('statefulsets/alice-sts', { ...set });
      const nodes = nodesWithRevisions('r0 r0 r0');
      return reconcileRollout(scope(resource, context), nodes, peers(3));
    };

    test('needs a user once the status has reported that for 1 minute', () => {
      expect(plan(unknown('2026-01-01T11:59:01Z'))).toMatchObject({ isBlocked: false });
      expect(plan(unknown('2026-01-01T11:59:00Z'))).toMatchObject({ isBlocked: true });
    });

    test('continues if a user annotates the network, with a Warning', () => {
      const name = 'bitcoincontroller.christianb93.github.com/rollout';
      const resource = unknown('2026-01-01T11:59:00Z', { [name]: 'unguarded' });
      expect(plan(resource)).toMatchObject({ updatePartition: 0, isBlocked: false });
      expect(context.recorder.events).toEqual([
        'Warning RollingUpdate replacing all nodes of older revisions although chains may be ' +
          `lost, because the network is annotated with ${name}=unguarded`,
      ]);
    });
  });

  test('does nothing without a StatefulSet', () => {
    expect(reconcileRollout(scope(undefined, context), [], peers(3))).toBeUndefined();
  });

  test('does nothing while the status of the StatefulSet does not describe its spec', () => {
    const set = statefulSet(3, { currentRevision: 'r0', observedGeneration: 0 }, 3);
    context.server.put('statefulsets/alice-sts', { ...set });
    const nodes = nodesWithRevisions('r0 r0 r0');
    expect(reconcileRollout(scope(undefined, context), nodes, peers(3))).toBeUndefined();
    expect(context.recorder.events).toEqual([]);
  });
});
