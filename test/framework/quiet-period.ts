import { setTimeout as sleep } from 'node:timers/promises';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import type { RequestCounts } from './audit-log.ts';
import type { Cluster } from './cluster.ts';
import { forEachConcurrently } from './concurrency.ts';
import { FakeKubelet } from './fake-kubelet.ts';
import { Informer } from './informer.ts';
import { createNetwork, networkName } from './network-client.ts';
import { isConnected } from './network-resource.ts';
import { bitcoinNetworks } from './resources.ts';

/** The controller's resync interval in milliseconds. */
const resyncInterval = 30_000;

export interface QuietPeriodOptions {
  readonly networks: number;
  /** The number of nodes of each network. */
  readonly nodes: number;
  /** The length of the period in resync intervals. */
  readonly resyncs: number;
}

/** What the controller did while nothing changed. */
export interface QuietPeriod {
  /** All requests to the API server, including no-op applies and events. */
  readonly requests: RequestCounts;
  readonly rpcCalls: number;
  readonly cpuSeconds: number;
  /** The resident set size at the end in MB (10^6 bytes). */
  readonly memory: number;
}

/**
 * Creates networks of fake nodes, waits until they are connected and the controller is idle, and
 * measures a quiet period from then on.
 */
export async function measureQuietPeriod(
  cluster: Cluster,
  options: QuietPeriodOptions,
): Promise<QuietPeriod> {
  const { client } = cluster;
  const { networks, nodes, resyncs } = options;
  const kubelet = await FakeKubelet.start(client);
  try {
    const controller = await cluster.startController();
    const informer = new Informer<BitcoinNetwork>(client, bitcoinNetworks, isConnected);
    const names = Array.from({ length: networks }, (_, index) => networkName(index));
    await forEachConcurrently(names, (name) => createNetwork(client, name, { nodes }));
    await informer.waitUntil(() => informer.matchCount === networks);
    await informer.stop();
    await controller.waitUntilIdle();

    const since = new Date();
    const before = { cpuSeconds: controller.cpuSeconds(), calls: kubelet.callCount };
    await sleep(resyncs * resyncInterval);
    return {
      requests: await cluster.audit.requestsSince(since),
      rpcCalls: kubelet.callCount - before.calls,
      cpuSeconds: controller.cpuSeconds() - before.cpuSeconds,
      memory: controller.memory().now,
    };
  } finally {
    await kubelet.stop();
  }
}
