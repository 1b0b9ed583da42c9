import { networkLabel } from '../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import type { Watching } from '../../kube/health/checks.ts';
import { formatKey, type KubeObject } from '../../kube/api/object.ts';
import { appliedObject, appliedStatefulSet, keptNetwork, keptPod } from './transforms.ts';
import type { AppliedObject, AppliedStatefulSet } from './transforms.ts';
import { bitcoinNetworks, configMaps, pods, services, statefulSets } from './resources.ts';
import { Watch, type WatchedKind, type WatchesProps } from './kind-cache.ts';
import type { Pod } from './workloads.ts';

/** The objects of all networks, kept current by watches; of each what the controller reads. */
export class Watches {
  readonly networks: Watch<BitcoinNetwork>;
  readonly statefulSets: Watch<AppliedStatefulSet>;
  readonly #pods: Watch<Pod>;
  /** The kinds that a chart is made of. */
  readonly applied: ReadonlyMap<string, Watch<AppliedObject>>;

  constructor(props: WatchesProps) {
    const labelled = <T extends KubeObject>(kind: Pick<WatchedKind<T>, 'resource' | 'transform'>) =>
      new Watch<T>(props, { ...kind, ...ofNetworks });
    this.networks = new Watch(props, {
      resource: bitcoinNetworks,
      networkKey: ({ metadata }) => formatKey(metadata),
      transform: keptNetwork,
    });
    this.statefulSets = labelled({ resource: statefulSets, transform: appliedStatefulSet });
    this.#pods = new Watch<Pod>(props, {
      ...ofNetworks,
      resource: pods,
      transform: keptPod,
      indexes: { network: (pod) => [networkKeyOf(pod)] },
    });
    const applied = [
      this.statefulSets as unknown as Watch<AppliedObject>,
      labelled({ resource: services, transform: appliedObject }),
      labelled({ resource: configMaps, transform: appliedObject }),
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

/** What carries a network's label. */
const ofNetworks = { networkKey: networkKeyOf, labelSelector: networkLabel };

/** Key of the network that an object's label names. */
function networkKeyOf({ metadata }: KubeObject): string {
  return formatKey({ namespace: metadata.namespace, name: metadata.labels?.[networkLabel] ?? '' });
}
