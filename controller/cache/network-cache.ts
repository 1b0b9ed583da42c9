import { networkLabel } from '../../constructs/bitcoin-network/labels.ts';
import {
  isOptionalName,
  isRequiredName,
  managedKinds,
  type ManagedKind,
} from '../../constructs/bitcoin-network/managed-kinds.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { formatKey, type KubeObject, type Resource } from '../../kube/api/object.ts';
import type { Cache } from '../../kube/manager.ts';
import { KindCache, type CachedKind, type CacheOptions } from './kind-cache.ts';
import { bitcoinNetworks, pods } from './resources.ts';
import {
  transformConfigMap,
  transformNetwork,
  transformObject,
  transformPod,
  transformStatefulSet,
  type AppliedObject,
  type AppliedStatefulSet,
} from './transforms.ts';
import type { Pod, StatefulSet } from './workloads.ts';

/** The cached objects of one managed kind. */
export interface ManagedObjects {
  readonly resource: Resource;
  /** @param key `namespace/name` */
  get(key: string): AppliedObject | undefined;
  /** Returns the cached objects of a network that its spec may need or not. */
  optionalOf(networkKey: string): readonly AppliedObject[];
  /** Stores an object that the API server returned, until the watch delivers it. */
  record(object: KubeObject): void;
}

/** The cached objects of all networks, as a reconcile reads them. */
export interface CachedNetworks {
  readonly networks: Pick<KindCache<BitcoinNetwork>, 'get' | 'record'>;
  readonly statefulSets: { get(key: string): StatefulSet | undefined };
  /** Returns the pods with the network's label. */
  podsOf(networkKey: string): readonly Pod[];
  /** The managed kinds by name, in the order of `managedKinds`. */
  readonly managed: ReadonlyMap<string, ManagedObjects>;
}

/**
 * The objects of all networks, updated by watches and reduced to the fields that the controller
 * reads.
 */
export class NetworkCache implements CachedNetworks {
  readonly networks: KindCache<BitcoinNetwork>;
  readonly managed: ReadonlyMap<string, ManagedKindCache>;
  readonly #pods: KindCache<Pod>;

  constructor(options: CacheOptions) {
    this.networks = new KindCache(options, {
      resource: bitcoinNetworks,
      networkKey: ({ metadata }) => formatKey(metadata),
      inputsOf: ({ metadata: { uid, generation, annotations, deletionTimestamp } }) => [
        ...[uid, generation, annotations, deletionTimestamp],
      ],
      transform: transformNetwork,
    });
    this.#pods = new KindCache<Pod>(options, {
      ...labeled,
      resource: pods,
      transform: transformPod,
      indexes: { network: (pod) => [networkKeyOf(pod)] },
    });
    this.managed = new Map(
      managedKinds.map((kind) => [kind.kind, new ManagedKindCache(options, kind)]),
    );
  }

  /** The StatefulSets, whose status and update partition are cached too. */
  get statefulSets(): { get(key: string): StatefulSet | undefined } {
    return this.managed.get('StatefulSet') as unknown as KindCache<AppliedStatefulSet>;
  }

  podsOf(networkKey: string): Pod[] {
    return this.#pods.byIndex('network', networkKey);
  }

  /** The keys of all networks. */
  get networkKeys(): string[] {
    return this.networks.reflector.store.list().map(({ metadata }) => formatKey(metadata));
  }

  /** The watch of each kind, by its plural. Until all have synced, an object may be missing. */
  get watches(): Readonly<Record<string, Cache>> {
    const all = [this.networks, this.#pods, ...this.managed.values()];
    return Object.fromEntries(all.map(({ resource, reflector }) => [resource.plural, reflector]));
  }
}

/**
 * The cache of a managed kind. To save memory, its index omits the objects that every network has.
 */
class ManagedKindCache extends KindCache<AppliedObject> implements ManagedObjects {
  constructor(options: CacheOptions, kind: ManagedKind) {
    const { apiVersion, plural, namespaced } = kind;
    super(options, {
      ...labeled,
      resource: { apiVersion, kind: kind.kind, plural, namespaced },
      transform: transformOf(kind),
      indexes: {
        optional: (object) => {
          const { metadata } = object;
          const isOptional = isOptionalName(kind, networkNameOf(object), metadata.name);
          return isOptional ? [networkKeyOf(object)] : [];
        },
      },
    });
  }

  optionalOf(networkKey: string): AppliedObject[] {
    return this.byIndex('optional', networkKey);
  }
}

function transformOf(kind: ManagedKind): (object: AppliedObject) => AppliedObject {
  const isOurs = (object: KubeObject) => {
    const [network, { name }] = [networkNameOf(object), object.metadata];
    return isRequiredName(kind, network, name) || isOptionalName(kind, network, name);
  };
  if (kind.kind === 'ConfigMap') return (object) => transformConfigMap(object, isOurs(object));
  if (kind.kind !== 'StatefulSet') return (object) => transformObject(object, isOurs(object));
  return (object) => transformStatefulSet(object as unknown as StatefulSet, isOurs(object));
}

/** The objects that carry a network's label. */
const labeled = {
  networkKey: networkKeyOf,
  labelSelector: networkLabel,
} satisfies Partial<CachedKind<KubeObject>>;

/** Returns the name of the network that an object's label names. */
function networkNameOf({ metadata }: KubeObject): string {
  return metadata.labels?.[networkLabel] ?? '';
}

/** Returns the key of the network that an object's label names. */
function networkKeyOf(object: KubeObject): string {
  return formatKey({ namespace: object.metadata.namespace, name: networkNameOf(object) });
}
