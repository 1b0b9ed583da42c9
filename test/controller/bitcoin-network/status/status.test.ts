import { newStatus } from '../../../../controller/bitcoin-network/status/status.ts';
import { network, node, observation } from '../../builders.ts';

const noon = Date.parse('2026-01-01T12:00:00.500Z');

test('tells each node, and the counts', () => {
  const nodes = [node(0), node(1, { ready: false, ip: undefined })];
  expect(newStatus(observation({ nodes }), noon)).toMatchObject({
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
      { ordinal: 1, nodeName: 'alice-sts-1', dnsName: 'alice-sts-1.alice-svc', ready: false },
    ],
  });
});

test('is not written again while nothing changes, however late it is', () => {
  const status = newStatus(observation(), noon);
  const told = { ...network(), status };
  expect(newStatus(observation({ network: told }), noon + 3_600_000)).toBeUndefined();
});

test('a condition keeps its time until its status changes', () => {
  const told = { ...network(), status: newStatus(observation(), noon) };
  const later = newStatus(observation({ network: told, nodes: [node(0)] }), noon + 60_000)!;
  const times = Object.fromEntries(
    later.conditions!.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]),
  );
  expect(times).toEqual({
    Ready: '2026-01-01T12:01:00Z',
    Reconciling: '2026-01-01T12:01:00Z',
    Stalled: '2026-01-01T12:00:00Z',
    PeersConnected: '2026-01-01T12:00:00Z',
  });
});
