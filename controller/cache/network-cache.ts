import { networkLabel } from '../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import type { WatchHealth } from '../../kube/health/checks.ts';
import { formatKey, type KubeObject } from '../../kube/api/object.ts';
import {
  transformNetwork,
  transformObject,
  transformPod,
  transformStatefulSet,
  type AppliedObject,
  type AppliedStatefulSet,
} from './transforms.ts';
import { bitcoinNetworks, configMaps, pods, services, statefulSets } from './resources.ts';
import { KindCache, type CachedKind, type NetworkCacheProps } from './kind-cache.ts';
import type { Pod } from './workloads.ts';

/** The objects of all networks, kept current by watches; of each what the controller reads. */
export class NetworkCache {
  readonly networks: KindCache<BitcoinNetwork>;
  readonly statefulSets: KindCache<AppliedStatefulSet>;
  readonly #pods: KindCache<Pod>;
  /** The kinds that a chart is made of. */
  readonly applied: ReadonlyMap<string, KindCache<AppliedObject>>;

  constructor(props: NetworkCacheProps) {
    const labelled = <T extends KubeObject>(kind: Pick<CachedKind<T>, 'resource' | 'transform'>) =>
      new KindCache<T>(props, { ...kind, ...ofNetworks });
    this.networks = new KindCache(props, {
      resource: bitcoinNetworks,
      networkKey: ({ metadata }) => formatKey(metadata),
      transform: transformNetwork,
    });
    this.statefulSets = labelled({ resource: statefulSets, transform: transformStatefulSet });
    this.#pods = new KindCache<Pod>(props, {
      ...ofNetworks,
      resource: pods,
      transform: transformPod,
      indexes: { network: (pod) => [networkKeyOf(pod)] },
    });
    const applied = [
      this.statefulSets as unknown as KindCache<AppliedObject>,
      labelled({ resource: services, transform: transformObject }),
      labelled({ resource: configMaps, transform: transformObject }),
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
  get health(): Readonly<Record<string, WatchHealth>> {
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

/** What carries a network's label. */
const ofNetworks = { networkKey: networkKeyOf, labelSelector: networkLabel };

/** Key of the network that an object's label names. */
function networkKeyOf({ metadata }: KubeObject): string {
  return formatKey({ namespace: metadata.namespace, name: metadata.labels?.[networkLabel] ?? '' });
}
