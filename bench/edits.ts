import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';
import { Cluster } from '../test/framework/cluster.ts';
import { forEachConcurrently } from '../test/framework/concurrency.ts';
import { Informer } from '../test/framework/informer.ts';
import { createNetwork, networkName } from '../test/framework/network-client.ts';
import { isReady } from '../test/framework/network-resource.ts';
import { bitcoinNetworks, configMaps } from '../test/framework/resources.ts';
import { measureEdits } from './edit-times.ts';
import { formatNumber, loadAverage, printFigure, printTitle, quantile } from './figures.ts';

const sizes = [200, 1_000];
/** Duration of the measurement in milliseconds, which includes two resyncs of every network. */
const duration = 75_000;
/** The mean number of milliseconds between two edits. */
const interval = 100;

/** Measures how long an edit takes to reach its ConfigMap. Apart from edits, only resyncs run. */
export async function edits(): Promise<void> {
  printTitle(
    'time from an edit to its ConfigMap',
    'merge patches of spec.config of networks without nodes in random order, one every ' +
      `${interval} ms on average for ${duration / 1000} s; time from sending a patch until a watch ` +
      'delivers the changed ConfigMap; for comparison, until a watch delivers the edit itself',
  );
  for (const size of sizes) await Cluster.use((cluster) => measure(cluster, size));
}

async function measure(cluster: Cluster, size: number): Promise<void> {
  const { client } = cluster;
  const creator = await cluster.startController();
  const networks = new Informer<BitcoinNetwork>(client, bitcoinNetworks, isReady);
  const configMapInformer = new Informer(client, configMaps, () => true);
  const names = Array.from({ length: size }, (_, index) => networkName(index));
  await forEachConcurrently(names, (name) => createNetwork(client, name, { nodes: 0 }));
  await networks.waitUntil(() => networks.matchCount === size);
  await creator.waitUntilIdle();
  // A restart makes all networks due for a resync at once, unless the controller spreads them.
  await creator.stop();
  const controller = await cluster.startController();
  await controller.waitUntilIdle();

  const { delivered, applied } = await measureEdits(client, names, {
    networks,
    configMaps: configMapInformer,
    ...{ duration, interval },
  });
  await Promise.all([networks.stop(), configMapInformer.stop()]);

  const at = (samples: readonly number[], fraction: number) =>
    formatNumber(quantile(samples, fraction));
  const formatQuantiles = (samples: readonly number[]) =>
    `p50 ${at(samples, 0.5)} ms, p99 ${at(samples, 0.99)} ms, worst ${at(samples, 1)} ms`;
  printFigure(
    `${size} networks, until the ConfigMap is changed`,
    `${formatQuantiles(applied)} of ${applied.length} edits`,
  );
  printFigure(`${size} networks, until the edit is delivered`, formatQuantiles(delivered));
  const ratio = (fraction: number) =>
    formatNumber(quantile(applied, fraction) / quantile(delivered, fraction));
  printFigure(
    `${size} networks, ratio of the two`,
    `p50 ${ratio(0.5)}, p99 ${ratio(0.99)}; load ${loadAverage()}`,
  );
}
