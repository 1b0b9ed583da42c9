import { setTimeout as sleep } from 'node:timers/promises';
import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';
import { Cluster } from '../test/framework/cluster.ts';
import { forEachConcurrently } from '../test/framework/concurrency.ts';
import { Informer } from '../test/framework/informer.ts';
import {
  createNetwork,
  editNetwork,
  isEditApplied,
  isEdited,
  networkName,
} from '../test/framework/network-client.ts';
import { isReady } from '../test/framework/network-resource.ts';
import { bitcoinNetworks, configMaps } from '../test/framework/resources.ts';
import { figure, load, quantile, short, title } from './figures.ts';

const sizes = [200, 1_000];
/** Two resyncs of every network fall into it. */
const duration = 75_000;
/** Mean milliseconds between two edits. */
const interval = 100;

/** Edit to applied, while nothing else happens but resyncs. */
export async function edits(): Promise<void> {
  title(
    'edit to applied',
    'a merge patch of spec.config of a random network (nodes: 0), every ' +
      `${interval} ms on average for ${duration / 1000} s; from sending it until the changed ` +
      'ConfigMap arrives on a watch; for comparison, until the edit itself arrives on one',
  );
  for (const size of sizes) await Cluster.use((cluster) => measure(cluster, size));
}

async function measure(cluster: Cluster, size: number): Promise<void> {
  const { client } = cluster;
  const creator = await cluster.startController();
  const networks = new Informer<BitcoinNetwork>(client, bitcoinNetworks, isReady);
  const maps = new Informer(client, configMaps, () => true);
  const names = Array.from({ length: size }, (_, index) => networkName(index));
  await forEachConcurrently(names, (name) => createNetwork(client, name, { nodes: 0 }));
  await networks.waitUntil(() => networks.matchCount === size);
  await creator.waitUntilIdle();
  // From a start on all networks have their resync at the same time, unless the controller sees to it.
  await creator.stop();
  const controller = await cluster.startController();
  await controller.waitUntilIdle();

  const seen: number[] = [];
  const applied: number[] = [];
  const pending: Promise<unknown>[] = [];
  const edit = async (name: string, value: number) => {
    const start = performance.now();
    const isSeen = () => isEdited(networks.get(name), value);
    const isApplied = () => isEditApplied(maps.get(`${name}-config`), value);
    const arrivals = Promise.all([networks.waitUntil(isSeen), maps.waitUntil(isApplied)]);
    await editNetwork(client, name, value);
    const [seenAt, appliedAt] = await arrivals;
    seen.push(seenAt - start);
    applied.push(appliedAt - start);
  };
  const end = performance.now() + duration;
  // Names in turn, in a random order: a network is not edited again before it is through.
  const order = names.toSorted(() => Math.random() - 0.5);
  for (let count = 0; performance.now() < end; count++) {
    pending.push(edit(order[count % size]!, 100 + count));
    await sleep(2 * interval * Math.random());
  }
  await Promise.all(pending);
  await Promise.all([networks.stop(), maps.stop()]);

  const at = (samples: readonly number[], part: number) => short(quantile(samples, part));
  const line = (samples: readonly number[]) =>
    `p50 ${at(samples, 0.5)} ms, p99 ${at(samples, 0.99)} ms, worst ${at(samples, 1)} ms`;
  figure(`${size} networks, applied`, `${line(applied)} of ${applied.length} edits`);
  figure(`${size} networks, the edit itself`, line(seen));
  const ratio = (part: number) => short(quantile(applied, part) / quantile(seen, part));
  figure(`${size} networks, ratio`, `p50 ${ratio(0.5)}, p99 ${ratio(0.99)}; load ${load()}`);
}
