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
import { figure, load, short, summary, title } from './figures.ts';

const sizes = [1, 300, 1_000, 10_000];
const rounds = 3;
/** A resync of every network falls into it. */
const settling = 35_000;

/** From the start of the process to the moment when every network has been looked at; memory. */
export async function start(): Promise<void> {
  title(
    'start to converged, and memory',
    'networks (nodes: 0) that were converged before, of which the last in the order of lists is ' +
      'edited while no controller runs; from starting the process until /readyz says yes, and until ' +
      'that last edit is applied; resident set size (10^6 bytes) then and after a resync',
  );
  await Cluster.use(async (cluster) => {
    let there = 0;
    for (const size of sizes) {
      await grow(cluster, there, size);
      there = size;
      await measure(cluster, size);
    }
  });
}

/** Creates the networks that are missing, and waits until all are Ready. */
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
  figure(
    `${to - from} networks created`,
    `Ready after ${short(seconds)} s, ${short(controller.cpuSeconds())} s of processor time; ` +
      `memory ${short(now)} MB, peak ${short(peak)} MB`,
  );
  // Its events are sent one after the other.
  await sleep(settling);
  await controller.stop();
}

async function measure(cluster: Cluster, size: number): Promise<void> {
  const { client } = cluster;
  const ready: number[] = [];
  const converged: number[] = [];
  const cpu: number[] = [];
  const memory = { converged: [] as number[], later: [] as number[], peak: [] as number[] };
  const last = networkName(size - 1);
  const maps = new Informer(client, configMaps, () => true);
  await maps.waitForSync();
  for (let round = 0; round < rounds; round++) {
    const value = 1_000 + size + round;
    await editNetwork(client, last, value);
    const begin = performance.now();
    const controller = await cluster.startController();
    const isReadyAt = controller.waitUntilReady().then(() => performance.now());
    const appliedAt = await maps.waitUntil(() => isEditApplied(maps.get(`${last}-config`), value));
    converged.push((appliedAt - begin) / 1000);
    ready.push(((await isReadyAt) - begin) / 1000);
    cpu.push(controller.cpuSeconds());
    memory.converged.push(controller.memory().now);
    await sleep(settling);
    const { now, peak } = controller.memory();
    memory.later.push(now);
    memory.peak.push(peak);
    await controller.stop();
  }
  await maps.stop();
  figure(`${size} networks, ready`, summary(ready, 's'));
  figure(`${size} networks, converged`, summary(converged, 's'));
  figure(`${size} networks, processor time until then`, summary(cpu, 's'));
  figure(`${size} networks, memory when converged`, summary(memory.converged, 'MB'));
  figure(`${size} networks, memory after a resync`, summary(memory.later, 'MB'));
  figure(`${size} networks, peak`, `${summary(memory.peak, 'MB')}; load ${load()}`);
}
