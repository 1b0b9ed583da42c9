import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient, KubeObject } from '../../kube/index.ts';
import { eventually } from '../framework/eventually.ts';
import { Informer } from '../framework/informer.ts';
import {
  createNetwork,
  editNetwork,
  isEditApplied,
  networkName,
} from '../framework/network-client.ts';
import { configMaps } from '../framework/resources.ts';

/** A stream of edits of networks without nodes, each of which must reach its ConfigMap. */
export class Edits {
  readonly #client: KubeClient;
  readonly #configMaps: Informer<KubeObject>;
  readonly #names: readonly string[];
  /** The last value that the API server accepted, by network. */
  readonly #accepted = new Map<string, number>();
  #count = 0;

  private constructor(client: KubeClient, names: readonly string[]) {
    this.#client = client;
    this.#names = names;
    this.#configMaps = new Informer<KubeObject>(client, configMaps, () => true);
  }

  /** @param networks the number of networks to create */
  static async start(client: KubeClient, networks: number): Promise<Edits> {
    const names = Array.from({ length: networks }, (_, index) => networkName(index));
    for (const name of names) await createNetwork(client, name, { nodes: 0 });
    return new Edits(client, names);
  }

  /** The number of edits that the API server accepted. */
  get count(): number {
    return this.#count;
  }

  /** Edits the networks in turn; each edit is retried until the API server accepts it. */
  async apply(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const name = this.#names[this.#count % this.#names.length]!;
      const value = 100 + this.#count;
      await eventually(60, () => editNetwork(this.#client, name, value));
      this.#accepted.set(name, value);
      this.#count++;
      await sleep(Math.random() * 20);
    }
  }

  /** Waits until the ConfigMap of every network has the last edit. */
  async waitUntilApplied(seconds: number): Promise<void> {
    await eventually(seconds, () => {
      const missing = [...this.#accepted].filter(
        ([name, value]) => !isEditApplied(this.#configMaps.get(`${name}-config`), value),
      );
      expect(missing).toEqual([]);
    });
  }

  async stop(): Promise<void> {
    await this.#configMaps.stop();
  }
}
