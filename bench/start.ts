import { setTimeout as sleep } from 'node:timers/promises';
import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';
import { Cluster } from '../test/framework/cluster.ts';
import { forEachConcurrently } from '../test/framework/concurrency.ts';
import { Informer } from '../test/framework/informer.ts';
import {
  createNetwork,
  editNetwork,
  isEditApplied,
  networkName,
} from '../test/framework/network-client.ts';
import { isReady } from '../test/framework/network-resource.ts';
import { bitcoinNetworks, configMaps } from '../test/framework/resources.ts';
import { formatNumber, loadAverage, printFigure, printTitle, summary } from './figures.ts';

const sizes = [1, 300, 1_000, 10_000];
const rounds = 3;
/** Duration in milliseconds that includes a resync of every network. */
const resyncTime = 35_000;

/** Measures how long a started controller takes to converge, and its memory. */
export async function start(): Promise<void> {
  printTitle(
    'time from start to converged, and memory',
    'converged networks without nodes, the last of which (in the order of lists) is edited while no ' +
      'controller runs; time from the start of the process until /readyz returns 200, and until ' +
      'that edit is applied; resident set size (10^6 bytes) at that time and after a resync',
  );
  await Cluster.use(async (cluster) => {
    let existing = 0;
    for (const size of sizes) {
      await grow(cluster, existing, size);
      existing = size;
      await measure(cluster, size);
    }
  });
}

/** Creates further networks and waits until all are Ready. */
async function grow(cluster: Cluster, from: number, to: number): Promise<void> {
  const { client } = cluster;
  const controller = await cluster.startController();
  const networks = new Informer<BitcoinNetwork>(client, bitcoinNetworks, isReady);
  const names = Array.from({ length: to - from }, (_, index) => networkName(from + index));
  const begin = performance.now();
  await forEachConcurrently(names, (name) => createNetwork(client, name, { nodes: 0 }));
  await networks.waitUntil(() => networks.matchCount === to);
  const seconds = (performance.now() - begin) / 1000;
  await networks.stop();
  const { now, peak } = controller.memory();
  printFigure(
    `${to - from} networks created`,
    `Ready after ${formatNumber(seconds)} s, ${formatNumber(controller.cpuSeconds())} s of CPU time; ` +
      `memory ${formatNumber(now)} MB, peak ${formatNumber(peak)} MB`,
  );
  // The controller sends its events one after the other.
  await sleep(resyncTime);
  await controller.stop();
}

async function measure(cluster: Cluster, size: number): Promise<void> {
  const { client } = cluster;
  const ready: number[] = [];
  const converged: number[] = [];
  const cpuSeconds: number[] = [];
  const memory = { converged: [] as number[], later: [] as number[], peak: [] as number[] };
  const last = networkName(size - 1);
  const configMapInformer = new Informer(client, configMaps, () => true);
  await configMapInformer.waitForSync();
  for (let round = 0; round < rounds; round++) {
    const value = 1_000 + size + round;
    await editNetwork(client, last, value);
    const begin = performance.now();
    const controller = await cluster.startController();
    const readyTime = controller.waitUntilReady().then(() => performance.now());
    const appliedTime = await configMapInformer.waitUntil(() =>
      isEditApplied(configMapInformer.get(`${last}-config`), value),
    );
    converged.push((appliedTime - begin) / 1000);
    ready.push(((await readyTime) - begin) / 1000);
    cpuSeconds.push(controller.cpuSeconds());
    memory.converged.push(controller.memory().now);
    await sleep(resyncTime);
    const { now, peak } = controller.memory();
    memory.later.push(now);
    memory.peak.push(peak);
    await controller.stop();
  }
  await configMapInformer.stop();
  printFigure(`${size} networks, until /readyz returns 200`, summary(ready, 's'));
  printFigure(`${size} networks, until converged`, summary(converged, 's'));
  printFigure(`${size} networks, CPU time until converged`, summary(cpuSeconds, 's'));
  printFigure(`${size} networks, memory when converged`, summary(memory.converged, 'MB'));
  printFigure(`${size} networks, memory after a resync`, summary(memory.later, 'MB'));
  printFigure(
    `${size} networks, peak memory`,
    `${summary(memory.peak, 'MB')}; load ${loadAverage()}`,
  );
}
