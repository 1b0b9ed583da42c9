import { networkStatus } from '../../../../controller/bitcoin-network/status/status.ts';
import type { BitcoinNetworkStatus } from '../../../../imports/bitcoin-network.ts';
import { ApiError } from '../../../../kube/api/errors.ts';
import { network, node, observations, peers, scope, statefulSet } from '../../builders.ts';

const noon = Date.parse('2026-01-01T12:00:00.500Z');

/** The status of a network of 3 nodes, with some observations replaced. */
const statusOf = (
  changes: Parameters<typeof observations>[0] = {},
  resource = network(),
  now = noon,
) => networkStatus(scope(resource), observations(changes), statefulSet(3), now);

const conditionOf = ({ conditions }: BitcoinNetworkStatus, type: string) =>
  conditions!.find((condition) => condition.type === type);

describe('networkStatus', () => {
  test('reports each node that has a pod, and the counts', () => {
    const nodes = [node('0'), node('1', { ready: false, firstReady: undefined, ip: undefined })];
    const { conditions, ...status } = statusOf({ nodes });
    expect(conditions).toHaveLength(5);
    expect(status).toEqual({
      observedGeneration: 2,
      controller: 'bitcoin-controller',
      replicas: 3,
      selector:
        'app=alice,bitcoincontroller.christianb93.github.com/network=alice,' +
        'bitcoincontroller.christianb93.github.com/group=default',
      readyNodes: 1,
      connectedNodes: 3,
      nodes: [
        {
          ordinal: 0,
          nodeName: 'alice-sts-0',
          dnsName: 'alice-sts-0.alice-svc',
          ip: '10.0.0.0',
          ready: true,
          firstReadyTime: '1970-01-01T00:00:00Z',
          peers: 2,
        },
        {
          ordinal: 1,
          nodeName: 'alice-sts-1',
          dnsName: 'alice-sts-1.alice-svc',
          ready: false,
          peers: 2,
        },
      ],
    });
  });

  test('counts no ready nodes that left the plan', () => {
    const status = statusOf({ nodes: [node('0'), node('3')] });
    expect(status.readyNodes).toBe(1);
    expect(status.nodes).toHaveLength(2);
  });

  test.each([
    ['the rollout', { errors: new Map([['rollout', new Error('a bug')]] as const) }],
    ['the query of the nodes', { answer: { error: new Error('a bug') } }],
  ])('reports an error of %s while nodes have to be replaced', (_, changes) => {
    const nodes = [node('0', { revision: 'r0' }), node('1'), node('2')];
    const status = statusOf({ nodes, ...changes, isRolling: true });
    expect(conditionOf(status, 'Ready')).toMatchObject({
      reason: 'RollingOut',
      message: 'updated 2 of 3 nodes; cannot continue: a bug',
    });
  });

  test('omits an unknown number of peers', () => {
    const { nodes } = statusOf({ answer: { peers: peers(3, { counts: new Map() }) } });
    expect(nodes![0]).not.toHaveProperty('peers');
  });

  test('reports no replicas without a StatefulSet', () => {
    const status = networkStatus(scope(), observations({ nodes: [] }), undefined, noon);
    expect(status).toMatchObject({ replicas: 0, readyNodes: 0, nodes: [] });
  });

  test('does not depend on the time while nothing changes', () => {
    const status = statusOf();
    expect(statusOf({}, { ...network(), status }, noon + 3_600_000)).toEqual(status);
  });

  test('keeps the time of a condition until its status changes', () => {
    const before = { ...network(), status: statusOf() };
    const later = statusOf({ nodes: [node('0')] }, before, noon + 60_000);
    const times = Object.fromEntries(
      later.conditions!.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]),
    );
    expect(times).toEqual({
      Ready: '2026-01-01T12:01:00Z',
      Reconciling: '2026-01-01T12:01:00Z',
      Stalled: '2026-01-01T12:00:00Z',
      ObjectsApplied: '2026-01-01T12:00:00Z',
      PeersConnected: '2026-01-01T12:00:00Z',
    });
  });

  test('describes the generation of the network', () => {
    const { conditions, observedGeneration } = statusOf(
      {},
      network({ nodes: 3 }, { generation: 7 }),
    );
    expect(observedGeneration).toBe(7);
    for (const condition of conditions!) expect(condition.observedGeneration).toBe(7);
  });

  test('reports a failure that the objects phase returned', () => {
    const failure = { reason: 'ObjectExists', message: 'in the way', terminal: true } as const;
    expect(conditionOf(statusOf({ objects: { failure } }), 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ObjectExists',
      message: 'in the way',
    });
  });

  test('reports an error that the objects phase threw', () => {
    const error = new ApiError('PATCH /x', 403, { reason: 'Forbidden', message: 'quota' });
    const status = statusOf({ objects: undefined, errors: new Map([['objects', error]]) });
    expect(conditionOf(status, 'Ready')).toMatchObject({
      reason: 'ApplyFailed',
      message: 'PATCH /x: 403 Forbidden: quota',
    });
    expect(conditionOf(status, 'Stalled')).toMatchObject({ status: 'False' });
    expect(conditionOf(status, 'ObjectsApplied')).toMatchObject({
      status: 'False',
      reason: 'ApplyFailed',
    });
  });

  test('needs user action once applies have failed for 5 minutes', () => {
    const error = new ApiError('PATCH /x', 403, { reason: 'Forbidden', message: 'quota' });
    const failed = { objects: undefined, errors: new Map([['objects', error] as const]) };
    const first = { ...network(), status: statusOf(failed) };
    expect(conditionOf(statusOf(failed, first, noon + 299_000), 'Stalled')!.status).toBe('False');
    expect(conditionOf(statusOf(failed, first, noon + 300_000), 'Stalled')!.status).toBe('True');
  });

  test('reports what admission changed, and stays ready', () => {
    const overridden = ['StatefulSet alice-sts: spec.replicas', 'Service alice-svc: spec.ports'];
    const status = statusOf({ objects: { failure: undefined, overridden } });
    expect(conditionOf(status, 'ObjectsApplied')).toMatchObject({
      status: 'False',
      reason: 'OverriddenByAdmission',
      message:
        'admission or the API server changes what the controller applies: ' +
        'StatefulSet alice-sts: spec.replicas; Service alice-svc: spec.ports',
    });
    expect(conditionOf(status, 'Ready')).toMatchObject({ status: 'True' });
  });

  test('reports an error that the peers phase threw, and counts no connected nodes', () => {
    const status = statusOf({ answer: { error: new Error('a bug') } });
    expect(status.connectedNodes).toBe(0);
    expect(conditionOf(status, 'PeersConnected')).toMatchObject({
      status: 'Unknown',
      reason: 'RpcFailed',
      message: 'a bug',
    });
    expect(conditionOf(status, 'Ready')).toMatchObject({ status: 'True' });
  });

  describe('while the nodes have not answered yet', () => {
    test('reports the peers of the stored status, with the generation that they describe', () => {
      const stored = statusOf({ answer: { peers: peers(3, { complete: new Set(['0', '1']) }) } });
      const resource = { ...network({ nodes: 3 }, { generation: 3 }), status: stored };
      const status = statusOf({ answer: 400 }, resource, noon + 60_000);
      expect(status).toMatchObject({ observedGeneration: 3, connectedNodes: 2 });
      expect(status.nodes!.map(({ peers }) => peers)).toEqual([2, 2, 2]);
      expect(conditionOf(status, 'PeersConnected')).toEqual(conditionOf(stored, 'PeersConnected'));
    });

    test('reports that it waits if no status is stored', () => {
      const status = statusOf({ answer: 400 });
      expect(status.connectedNodes).toBe(0);
      expect(conditionOf(status, 'PeersConnected')).toMatchObject({
        status: 'Unknown',
        reason: 'RpcPending',
      });
    });
  });

  test('shortens a message to the length that the schema admits', () => {
    const failure = { reason: 'ApplyFailed', message: 'x'.repeat(40_000), terminal: true } as const;
    expect(conditionOf(statusOf({ objects: { failure } }), 'Ready')!.message).toHaveLength(32_768);
  });
});
