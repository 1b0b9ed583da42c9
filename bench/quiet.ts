import { setTimeout as sleep } from 'node:timers/promises';
import { bitcoinNetworks } from '../controller/resources.ts';
import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';
import type { KubeClient } from '../kube/index.ts';
import { countWrites, describeRequests } from '../test/rig/audit-log.ts';
import { Cluster } from '../test/rig/cluster.ts';
import { FakeNode } from '../test/rig/fake-node.ts';
import { figure, load, short, title } from './figures.ts';
import { createNetwork, forEach, isReady, networkName } from '../test/rig/networks.ts';
import { Observer } from '../test/rig/observer.ts';

const sizes = [50, 300];
const nodesEach = 3;
/** The controller's, in milliseconds. */
const resync = 30_000;
const resyncs = 3;

/** What a converged cluster costs. */
export async function quiet(): Promise<void> {
  title(
    `writes per converged resync, ${resyncs} resyncs`,
    `networks of ${nodesEach} nodes on a fake node that answers RPC; requests of the controller's ` +
      "user in kube-apiserver's audit log, no-op applies and events included",
  );
  for (const size of sizes) await Cluster.use((cluster) => measure(cluster, size));
}

async function measure(cluster: Cluster, size: number): Promise<void> {
  const { client } = cluster;
  await cordonVirtualNode(client);
  const node = await FakeNode.start(client);
  try {
    const controller = await cluster.startController();
    const networks = new Observer<BitcoinNetwork>(client, bitcoinNetworks, isConverged);
    const names = Array.from({ length: size }, (_, index) => networkName(index));
    await forEach(names, (name) => createNetwork(client, name, { nodes: nodesEach }));
    await networks.until(() => networks.matching === size);
    await networks.stop();
    await controller.untilIdle();

    const since = new Date();
    const before = { cpu: controller.cpu(), calls: node.calls };
    await sleep(resyncs * resync);
    const cpu = controller.cpu() - before.cpu;
    const calls = node.calls - before.calls;
    const requests = await cluster.audit.requestsSince(since);
    const writes = countWrites(requests) / resyncs;
    figure(`${size} networks, writes per resync, Leases aside`, String(writes));
    figure(`${size} networks, all requests`, describeRequests(requests));
    figure(
      `${size} networks, RPC calls`,
      `${calls}, ${short(calls / (resyncs * size * nodesEach))} per node and resync`,
    );
    figure(
      `${size} networks, processor time`,
      `${short(cpu)} s, ${short((cpu * 1000) / (resyncs * size))} ms per network and resync; ` +
        `memory ${short(controller.memory().now)} MB; load ${load()}`,
    );
  } finally {
    await node.stop();
  }
}

function isConverged(network: BitcoinNetwork): boolean {
  return isReady(network) && network.status?.connectedNodes === nodesEach;
}

/** The playground's own node would take a part of the pods. */
async function cordonVirtualNode(client: KubeClient): Promise<void> {
  const nodes = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };
  await client.patch(
    nodes,
    { name: 'playground' },
    { spec: { unschedulable: true } },
    { type: 'merge' },
  );
}
