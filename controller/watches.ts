import { networkLabel } from '../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Logger } from '../kube/logger.ts';
import { MutationCache } from '../kube/mutation-cache.ts';
import { formatKey, type KubeObject, type Resource } from '../kube/object.ts';
import type { Watching } from '../kube/health-checks.ts';
import { Reflector } from '../kube/reflector.ts';
import { appliedObject, appliedStatefulSet } from './applied-object.ts';
import type { AppliedObject, AppliedStatefulSet } from './applied-object.ts';
import { bitcoinNetworks, configMaps, pods, services, statefulSets } from './resources.ts';
import type { Pod } from './workloads.ts';

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
  readonly #transform: (object: T) => T;

  constructor(
    { client, log, namespace, onChange }: WatchesProps,
    resource: Resource,
    networkKey: (object: T) => string,
    transform: (object: T) => T,
    labelSelector?: string,
  ) {
    this.resource = resource;
    this.#transform = transform;
    this.reflector = new Reflector<T>({
      client,
      resource,
      namespace,
      log,
      labelSelector,
      transform,
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

  /** Takes an answer of the API server, as a whole. */
  record(object: KubeObject): void {
    this.#cache.record(this.#transform(object as T));
  }
}

/** The objects of all networks, kept current by watches; of each what the controller reads. */
export class Watches {
  readonly networks: Watch<BitcoinNetwork>;
  readonly statefulSets: Watch<AppliedStatefulSet>;
  readonly #pods: Watch<Pod>;
  /** The kinds that a chart is made of. */
  readonly applied: ReadonlyMap<string, Watch<AppliedObject>>;

  constructor(props: WatchesProps) {
    const labelled = <T extends KubeObject>(resource: Resource, transform: (object: T) => T) =>
      new Watch<T>(props, resource, networkKeyOf, transform, networkLabel);
    this.networks = new Watch(
      props,
      bitcoinNetworks,
      ({ metadata }) => formatKey(metadata),
      withoutManagedFields,
    );
    this.statefulSets = labelled(statefulSets, appliedStatefulSet);
    this.#pods = labelled(pods, withoutSpec);
    const applied = [
      this.statefulSets as unknown as Watch<AppliedObject>,
      labelled(services, appliedObject),
      labelled(configMaps, appliedObject),
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

function withoutManagedFields(network: BitcoinNetwork): BitcoinNetwork {
  const metadata: KubeObject['metadata'] = { ...network.metadata, managedFields: undefined };
  return { ...network, metadata };
}

function withoutSpec({ apiVersion, kind, metadata, status }: Pod): Pod {
  return { apiVersion, kind, metadata: { ...metadata, managedFields: undefined }, status };
}
