import { setTimeout as sleep } from 'node:timers/promises';
import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';
import type { KubeClient, KubeObject } from '../kube/index.ts';
import type { Informer } from '../test/framework/informer.ts';
import { editNetwork, isEditApplied, isEdited } from '../test/framework/network-client.ts';

/** The options of {@link measureEdits}. */
export interface EditOptions {
  readonly networks: Informer<BitcoinNetwork>;
  readonly configMaps: Informer<KubeObject>;
  /** Milliseconds in which edits begin. */
  readonly duration: number;
  /** The mean number of milliseconds between two edits. */
  readonly interval: number;
}

/** Milliseconds from the start of each edit until a watch delivers it, and its ConfigMap. */
export interface EditTimes {
  readonly delivered: readonly number[];
  readonly applied: readonly number[];
}

/** The value of the next edit; every edit of a cluster has another one. */
let nextValue = 100;

/** Edits networks in random order, and waits until all edits are applied. */
export async function measureEdits(
  client: KubeClient,
  names: readonly string[],
  { networks, configMaps, duration, interval }: EditOptions,
): Promise<EditTimes> {
  const delivered: number[] = [];
  const applied: number[] = [];
  const pending: Promise<unknown>[] = [];
  const edit = async (name: string, value: number) => {
    const start = performance.now();
    const isDelivered = () => isEdited(networks.get(name), value);
    const isApplied = () => isEditApplied(configMaps.get(`${name}-config`), value);
    const arrivals = Promise.all([
      networks.waitUntil(isDelivered),
      configMaps.waitUntil(isApplied),
    ]);
    await editNetwork(client, name, value);
    const [deliveredAt, appliedAt] = await arrivals;
    delivered.push(deliveredAt - start);
    applied.push(appliedAt - start);
  };
  const end = performance.now() + duration;
  // The order is random, but each edit of a network is applied before its next one.
  const order = names.toSorted(() => Math.random() - 0.5);
  for (let count = 0; performance.now() < end; count++) {
    pending.push(edit(order[count % names.length]!, nextValue++));
    await sleep(2 * interval * Math.random());
  }
  await Promise.all(pending);
  return { delivered, applied };
}
