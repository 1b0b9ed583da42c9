import { setTimeout as sleep } from 'node:timers/promises';
import { median, quantile } from '../../bench/figures.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { Cluster } from '../framework/cluster.ts';
import type { ControllerProcess } from '../framework/controller-process.ts';
import { FakeBitcoind } from '../framework/fake-bitcoind.ts';
import { FakeKubelet } from '../framework/fake-kubelet.ts';
import { HostileBitcoind, Hostility } from '../framework/hostile-bitcoind.ts';
import { Informer } from '../framework/informer.ts';
import {
  createNetwork,
  editNetwork,
  isEditApplied,
  networkName,
} from '../framework/network-client.ts';
import { isConnected } from '../framework/network-resource.ts';
import { bitcoinNetworks, configMaps } from '../framework/resources.ts';
import { step } from '../framework/step.ts';
import { faultScale } from './fault-scale.ts';

/**
 * Tenants choose the image of their nodes, so the RPC servers may send anything. The controller
 * reconciles the networks of others as before, and survives.
 */

const hostileNetworks = Array.from({ length: faultScale(64, 20) }, (_, index) =>
  networkName(index),
);
const hostileSeconds = faultScale(600, 45);
const healthy = 'healthy';
/** Milliseconds: the timeout of a call, the idle time of its connection, and a margin. */
const maxConnectionTime = 10_000 + 20_000 + 3_000;

const hostility = new Hostility(Date.now());
const bitcoinds: HostileBitcoind[] = [];
let cluster: Cluster;
let kubelet: FakeKubelet;
let controller: ControllerProcess;
let networks: Informer<BitcoinNetwork>;
let informer: Informer<Parameters<typeof isEditApplied>[0] & object>;
let before: Period;
let edits = 100;

beforeAll(async () => {
  cluster = await Cluster.start();
  kubelet = await FakeKubelet.start(cluster.client, async (address, pod) => {
    if (pod.startsWith(healthy)) return FakeBitcoind.listen(address);
    const bitcoind = await HostileBitcoind.listen(address, hostility);
    bitcoinds.push(bitcoind);
    return bitcoind;
  });
  controller = await cluster.startController();
  networks = new Informer(cluster.client, bitcoinNetworks, isConnected);
  informer = new Informer(cluster.client, configMaps, () => true);
}, 120_000);

afterAll(async () => {
  await networks.stop();
  await informer.stop();
  await kubelet.stop();
  await cluster.stop();
}, 60_000);

/** What the controller did during edits of the healthy network. */
interface Period {
  /** Milliseconds of each edit. */
  readonly durations: readonly number[];
  /** The largest resident set in MB. */
  readonly memory: number;
}

/** Edits the healthy network until the time is over. */
async function editHealthyNetwork(seconds: number): Promise<Period> {
  const durations: number[] = [];
  let memory = 0;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const value = ++edits;
    const begin = performance.now();
    await editNetwork(cluster.client, healthy, value);
    const applied = await informer.waitUntil(() =>
      isEditApplied(informer.get(`${healthy}-config`), value),
    );
    durations.push(applied - begin);
    memory = Math.max(memory, controller.memory().now);
    await sleep(200);
  }
  return { durations, memory };
}

function setHostile(enabled: boolean): void {
  hostility.enabled = enabled;
  for (const bitcoind of bitcoinds) bitcoind.reset();
}

step(
  `${hostileNetworks.length + 1} networks of 3 fake nodes are connected`,
  async () => {
    const names = [healthy, ...hostileNetworks];
    for (const name of names) await createNetwork(cluster.client, name, { nodes: 3 });
    await networks.waitUntil(() => networks.matchCount === names.length);
    before = await editHealthyNetwork(15);
  },
  120,
);

step(
  'hostile nodes do not delay the edits of another network, and cost at most 20 MB',
  async () => {
    setHostile(true);
    const during = await editHealthyNetwork(hostileSeconds);
    const format = ({ durations, memory }: Period) =>
      `edits p50 ${median(durations).toFixed(0)}, p95 ${quantile(durations, 0.95).toFixed(0)} ms, ` +
      `memory ${memory.toFixed(0)} MB`;
    process.stderr.write(
      `        before: ${format(before)}\n        beside ${hostility.count} hostile answers: ${format(during)}\n`,
    );
    expect(hostility.count).toBeGreaterThan(hostileNetworks.length * 3);
    expect(controller.hasEnded).toBe(false);
    expect(hostility.longest).toBeLessThan(maxConnectionTime);
    expect(median(during.durations)).toBeLessThan(2 * median(before.durations) + 50);
    expect(during.memory).toBeLessThan(before.memory + 20);
  },
  hostileSeconds + 60,
);

step(
  'a new network is connected within 5 s beside hostile nodes',
  async () => {
    const begin = performance.now();
    await createNetwork(cluster.client, 'healthy-too', { nodes: 3 });
    const connected = await networks.waitUntil(() => {
      const network = networks.get('healthy-too');
      return network !== undefined && isConnected(network);
    });
    expect(connected - begin).toBeLessThan(5_000);
  },
  60,
);

step(
  'the nodes are connected again after they stopped misbehaving',
  async () => {
    setHostile(false);
    await networks.waitUntil(() => networks.matchCount === hostileNetworks.length + 2);
  },
  90,
);

step(
  'the controller stops within 5 s although nodes do not respond',
  async () => {
    setHostile(true);
    await sleep(1_000);
    // Every edit queries the nodes.
    for (const name of hostileNetworks) await editNetwork(cluster.client, name, ++edits);
    await sleep(500);
    const begin = performance.now();
    await controller.stop();
    expect(performance.now() - begin).toBeLessThan(5_000);
    expect(controller.signalCode).toBeNull();
  },
  60,
);
