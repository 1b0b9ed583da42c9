import { KubeClient } from '../../kube/client/client.ts';
import {
  describeNetwork,
  isConnected,
  networkResource,
  watchNetworks,
  type Network,
} from '../../playground/network-watch.ts';
import { RecordingLogger } from '../kube/recording-logger.ts';
import { waitFor } from '../kube/wait-for.ts';
import { FakeCollection } from './fake-collection.ts';

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
    network({ conditions: [{ type: 'Stalled', status: 'True', message: 'create a Secret' }] }),
    'network alice: 0 of 3 nodes ready, 0 connected; create a Secret',
  ],
  [
    network({ conditions: [{ type: 'Stalled', status: 'False', message: 'none' }] }),
    'network alice: 0 of 3 nodes ready, 0 connected',
  ],
])('describes a network in one line: %#', (given, line) => {
  expect(describeNetwork(given)).toBe(line);
});

test.each([
  [undefined, false],
  [{ readyNodes: 3 }, false],
  [{ readyNodes: 3, connectedNodes: 2 }, false],
  [{ readyNodes: 3, connectedNodes: 3 }, true],
])('a network of three nodes with the status %j is connected: %j', (status, connected) => {
  expect(isConnected(network(status))).toBe(connected);
});

test('watchNetworks reports existing networks and their changes', async () => {
  const server = new FakeCollection();
  server.put(network());
  const stop = new AbortController();
  const lines: string[] = [];
  const report = (changed: Network): number => lines.push(describeNetwork(changed));
  const client = new KubeClient(server, { userAgent: 'test' });
  const watching = watchNetworks(client, new RecordingLogger(), report, stop.signal);
  await waitFor('the watch is open', () => server.watchCount === 1);
  server.put(network({ readyNodes: 3, connectedNodes: 3 }));
  await waitFor('the change is reported', () => lines.length === 2);
  stop.abort();
  await watching;
  expect(lines).toEqual([
    'network alice: 0 of 3 nodes ready, 0 connected',
    'network alice: 3 of 3 nodes ready, 3 connected',
  ]);
});
