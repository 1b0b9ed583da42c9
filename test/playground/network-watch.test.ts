import {
  describeNetwork,
  isConnected,
  networkResource,
  type Network,
} from '../../playground/network-watch.ts';

function network(status?: Network['status'], namespace = 'default'): Network {
  const { apiVersion, kind } = networkResource;
  const metadata = { name: 'alice', namespace };
  return { apiVersion, kind, metadata, spec: { nodes: 3 }, ...(status ? { status } : {}) };
}

test.each([
  [network(), 'network alice: 0 of 3 nodes ready, 0 connected'],
  [
    network({ readyNodes: 2, connectedNodes: 1 }, 'lab'),
    'network alice in lab: 2 of 3 nodes ready, 1 connected',
  ],
  [
    network({ conditions: [{ type: 'Stalled', status: 'True', message: 'make a Secret' }] }),
    'network alice: 0 of 3 nodes ready, 0 connected; make a Secret',
  ],
  [
    network({ conditions: [{ type: 'Stalled', status: 'False', message: 'none' }] }),
    'network alice: 0 of 3 nodes ready, 0 connected',
  ],
])('tells a network in a line', (given, line) => {
  expect(describeNetwork(given)).toBe(line);
});

test.each([
  [undefined, false],
  [{ readyNodes: 3 }, false],
  [{ readyNodes: 3, connectedNodes: 2 }, false],
  [{ readyNodes: 3, connectedNodes: 3 }, true],
])('status %j of three nodes is connected: %j', (status, connected) => {
  expect(isConnected(network(status))).toBe(connected);
});
