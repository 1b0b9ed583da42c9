import { setTimeout as sleep } from 'node:timers/promises';
import { bitcoinNetworks } from '../../controller/cache/resources.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import type { KubeClient } from '../../kube/index.ts';
import type { Cluster } from './cluster.ts';
import { FakeNode } from './fake-bitcoind.ts';
import { createNetwork, forEach, isReady, networkName } from './networks.ts';
import { Observer } from './observer.ts';

/** The controller's, in milliseconds. */
const resync = 30_000;

export interface QuietProps {
  readonly networks: number;
  /** Of each network. */
  readonly nodes: number;
  /** How long to watch. */
  readonly resyncs: number;
}

/** What the controller did while nothing happened. */
export interface Quiet {
  /** By verb and resource, as the API server's audit log has them: no-op applies and events too. */
  readonly requests: ReadonlyMap<string, number>;
  readonly rpcCalls: number;
  /** Seconds of processor time. */
  readonly cpu: number;
  /** Resident, in MB. */
  readonly memory: number;
}

/** Waits until networks on a fake node are connected and the controller idles, and watches it then. */
export async function watchQuiet(cluster: Cluster, props: QuietProps): Promise<Quiet> {
  const { client } = cluster;
  const { networks: size, nodes, resyncs } = props;
  await cordonVirtualNode(client);
  const node = await FakeNode.start(client);
  try {
    const controller = await cluster.startController();
    const networks = new Observer<BitcoinNetwork>(
      client,
      bitcoinNetworks,
      (network) => isReady(network) && network.status?.connectedNodes === nodes,
    );
    const names = Array.from({ length: size }, (_, index) => networkName(index));
    await forEach(names, (name) => createNetwork(client, name, { nodes }));
    await networks.until(() => networks.matching === size);
    await networks.stop();
    await controller.untilIdle();

    const since = new Date();
    const before = { cpu: controller.cpu(), calls: node.calls };
    await sleep(resyncs * resync);
    return {
      requests: await cluster.audit.requestsSince(since),
      rpcCalls: node.calls - before.calls,
      cpu: controller.cpu() - before.cpu,
      memory: controller.memory().now,
    };
  } finally {
    await node.stop();
  }
}

/** The playground's own node would take a part of the pods. */
async function cordonVirtualNode(client: KubeClient): Promise<void> {
  const nodes = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };
  const cordon = { spec: { unschedulable: true } };
  await client.patch(nodes, { name: 'playground' }, cordon, { type: 'merge' });
}
