import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';
import type { KubeObject } from '../kube/index.ts';
import type { Cluster } from '../test/framework/cluster.ts';
import { forEachConcurrently } from '../test/framework/concurrency.ts';
import { Informer } from '../test/framework/informer.ts';
import { createNetwork, networkName } from '../test/framework/network-client.ts';
import { isReady } from '../test/framework/network-resource.ts';
import { bitcoinNetworks, configMaps } from '../test/framework/resources.ts';

/** Ready networks without nodes, which no controller manages at present. */
export interface IdleNetworks {
  readonly names: readonly string[];
  readonly informers: {
    readonly networks: Informer<BitcoinNetwork>;
    readonly configMaps: Informer<KubeObject>;
  };
  /** Stops the informers. */
  stop(): Promise<void>;
}

/** Creates networks without nodes with a controller of their own, and stops it. */
export async function createIdleNetworks(cluster: Cluster, size: number): Promise<IdleNetworks> {
  const { client } = cluster;
  const creator = await cluster.startController();
  const networks = new Informer<BitcoinNetwork>(client, bitcoinNetworks, isReady);
  const configMapInformer = new Informer(client, configMaps, () => true);
  const names = Array.from({ length: size }, (_, index) => networkName(index));
  await forEachConcurrently(names, (name) => createNetwork(client, name, { nodes: 0 }));
  await networks.waitUntil(() => networks.matchCount === size);
  await creator.waitUntilIdle();
  await creator.stop();
  return {
    names,
    informers: { networks, configMaps: configMapInformer },
    stop: async () => {
      await Promise.all([networks.stop(), configMapInformer.stop()]);
    },
  };
}
