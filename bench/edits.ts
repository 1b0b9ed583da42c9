import { Cluster } from '../test/framework/cluster.ts';
import { measureEdits } from './edit-times.ts';
import { formatNumber, loadAverage, printFigure, printTitle, quantile } from './figures.ts';
import { createIdleNetworks } from './idle-networks.ts';

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
  // A restart makes all networks due for a resync at once, unless the controller spreads them.
  const idle = await createIdleNetworks(cluster, size);
  const controller = await cluster.startController();
  await controller.waitUntilIdle();

  const { delivered, applied } = await measureEdits(cluster.client, idle.names, {
    ...idle.informers,
    ...{ duration, interval },
  });
  await idle.stop();

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
