import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient, KubeObject } from '../../kube/index.ts';
import {
  createNetwork,
  editNetwork,
  isEditApplied,
  networkName,
} from '../framework/network-client.ts';
import { configMaps } from '../framework/resources.ts';
import { Informer } from '../framework/informer.ts';
import { eventually } from '../framework/eventually.ts';

/** Edits of networks without nodes, of which each must arrive at its ConfigMap. */
export class Edits {
  readonly #client: KubeClient;
  readonly #maps: Informer<KubeObject>;
  readonly #names: readonly string[];
  /** The value last taken by the API server, by network. */
  readonly #taken = new Map<string, number>();
  #count = 0;

  private constructor(client: KubeClient, names: readonly string[]) {
    this.#client = client;
    this.#names = names;
    this.#maps = new Informer<KubeObject>(client, configMaps, () => true);
  }

  /** Creates so many networks. */
  static async start(client: KubeClient, networks: number): Promise<Edits> {
    const names = Array.from({ length: networks }, (_, index) => networkName(index));
    for (const name of names) await createNetwork(client, name, { nodes: 0 });
    return new Edits(client, names);
  }

  /** Edits that the API server took. */
  get count(): number {
    return this.#count;
  }

  /** Edits networks in turn, so often, each until the API server takes it. */
  async apply(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const name = this.#names[this.#count % this.#names.length]!;
      const value = 100 + this.#count;
      await eventually(60, () => editNetwork(this.#client, name, value));
      this.#taken.set(name, value);
      this.#count++;
      await sleep(Math.random() * 20);
    }
  }

  /** Waits until every network's ConfigMap has its last edit. */
  async eventuallyApplied(seconds: number): Promise<void> {
    await eventually(seconds, () => {
      const missing = [...this.#taken].filter(
        ([name, value]) => !isEditApplied(this.#maps.get(`${name}-config`), value),
      );
      expect(missing).toEqual([]);
    });
  }

  async stop(): Promise<void> {
    await this.#maps.stop();
  }
}
