import { networkLabel } from '../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../kube/logger.ts';
import { MutationCache } from '../kube/mutation-cache.ts';
import {
  formatKey,
  type KubeObject,
  type Resource,
  type UnstructuredObject,
} from '../kube/object.ts';
import type { Watching } from '../kube/health-checks.ts';
import { Reflector, type ReflectorOptions } from '../kube/reflector.ts';
import { bitcoinNetworks, configMaps, pods, services, statefulSets } from './resources.ts';
import type { Pod, StatefulSet } from './workloads.ts';

/** What {@link Watches} works with. */
export interface WatchesProps {
  readonly client: KubeClient;
  readonly log: Logger;
  /** The only namespace to watch. @default every one */
  readonly namespace?: string | undefined;
  /** Told the key of the network whose object changed. */
  readonly onChange: (networkKey: string) => void;
}

/** One watched kind, with the controller's own writes mixed in. */
class Watch<T extends KubeObject> {
  readonly resource: Resource;
  readonly reflector: Reflector<T>;
  readonly #cache: MutationCache<T>;

  constructor(
    { client, log, namespace, onChange }: WatchesProps,
    resource: Resource,
    networkKey: (object: T) => string,
    selection: Pick<ReflectorOptions<T>, 'labelSelector' | 'transform'> = {},
  ) {
    this.resource = resource;
    this.reflector = new Reflector<T>({
      ...selection,
      client,
      resource,
      namespace,
      log,
      indexes: { network: (object) => [networkKey(object)] },
      onChange: ({ type, object }) => {
        if (type === 'deleted') this.#cache.forget(object);
        onChange(networkKey(object));
      },
    });
    this.#cache = new MutationCache(this.reflector.store);
  }

  get(key: string): T | undefined {
    return this.#cache.get(key);
  }

  record(object: T): void {
    this.#cache.record(object);
  }
}

/** The objects of all networks, kept current by watches. */
export class Watches {
  readonly networks: Watch<BitcoinNetwork>;
  readonly statefulSets: Watch<StatefulSet>;
  readonly #pods: Watch<Pod>;
  /** The kinds that a chart is made of. */
  readonly applied: ReadonlyMap<string, Watch<UnstructuredObject>>;

  constructor(props: WatchesProps) {
    const labelled = <T extends KubeObject>(resource: Resource, transform?: (object: T) => T) =>
      new Watch<T>(props, resource, networkKeyOf, { labelSelector: networkLabel, transform });
    this.networks = new Watch(props, bitcoinNetworks, ({ metadata }) => formatKey(metadata));
    this.statefulSets = labelled(statefulSets);
    this.#pods = labelled(pods, withoutSpec);
    const applied = [
      this.statefulSets as unknown as Watch<UnstructuredObject>,
      labelled<UnstructuredObject>(services),
      labelled<UnstructuredObject>(configMaps),
    ];
    this.applied = new Map(applied.map((watch) => [watch.resource.kind, watch]));
  }

  /** The pods that carry the network's label. */
  podsOf(networkKey: string): Pod[] {
    return this.#pods.reflector.store.byIndex('network', networkKey);
  }

  /** Whether every kind was listed once: before, a missing object may only not be known yet. */
  get synced(): boolean {
    return this.#reflectors().every(({ hasSynced }) => hasSynced);
  }

  /** By the plural of what is watched, how it goes. */
  get health(): Readonly<Record<string, Watching>> {
    return Object.fromEntries(
      this.#all().map(({ resource, reflector }) => [resource.plural, reflector]),
    );
  }

  async waitForSync(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors().map((reflector) => reflector.waitForSync(signal)));
  }

  /** Lists and watches until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors().map((reflector) => reflector.run(signal)));
  }

  #all() {
    return [this.networks, this.#pods, ...this.applied.values()];
  }

  #reflectors() {
    return this.#all().map(({ reflector }) => reflector);
  }
}

/** Key of the network that an object's label names. */
function networkKeyOf({ metadata }: KubeObject): string {
  return formatKey({ namespace: metadata.namespace, name: metadata.labels?.[networkLabel] ?? '' });
}

/** A pod as it is kept: without what is most of it and nobody reads. */
function withoutSpec({ apiVersion, kind, metadata, status }: Pod): Pod {
  return { apiVersion, kind, metadata: { ...metadata, managedFields: undefined }, status };
}
