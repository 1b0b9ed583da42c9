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
    const nodes = [node('0'), node('1', { ready: false, ip: undefined })];
    const { conditions, ...status } = statusOf({ nodes });
    expect(conditions).toHaveLength(5);
    expect(status).toEqual({
      observedGeneration: 2,
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

  test('omits an unknown number of peers', () => {
    const { nodes } = statusOf({ peers: peers(3, { counts: new Map() }) });
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
    const errors = new Map([['peers', new Error('a bug')]] as const);
    const status = statusOf({ peers: undefined, errors });
    expect(status.connectedNodes).toBe(0);
    expect(conditionOf(status, 'PeersConnected')).toMatchObject({
      status: 'Unknown',
      reason: 'RpcFailed',
      message: 'a bug',
    });
    expect(conditionOf(status, 'Ready')).toMatchObject({ status: 'True' });
  });

  test('shortens a message to the length that the schema admits', () => {
    const failure = { reason: 'ApplyFailed', message: 'x'.repeat(40_000), terminal: true } as const;
    expect(conditionOf(statusOf({ objects: { failure } }), 'Ready')!.message).toHaveLength(32_768);
  });
});
