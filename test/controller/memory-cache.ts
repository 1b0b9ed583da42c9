import { networkLabel } from '../../constructs/bitcoin-network/labels.ts';
import { isOptionalName, managedKinds } from '../../constructs/bitcoin-network/managed-kinds.ts';
import type { CachedNetworks, ManagedObjects } from '../../controller/cache/network-cache.ts';
import {
  transformConfigMap,
  transformNetwork,
  transformObject,
  transformPod,
  transformStatefulSet,
  type AppliedStatefulSet,
} from '../../controller/cache/transforms.ts';
import type { Pod, StatefulSet } from '../../controller/cache/workloads.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { parseKey, type UnstructuredObject } from '../../kube/api/object.ts';
import type { MemoryTransport } from './memory-transport.ts';

/** The objects of a server as watches deliver them at once: transformed, and selected by label. */
export class MemoryCache implements CachedNetworks {
  /** The objects that a reconcile recorded, `StatefulSet alice-sts`. */
  readonly recorded: string[] = [];
  readonly #server: MemoryTransport;

  constructor(server: MemoryTransport) {
    this.#server = server;
  }

  readonly networks: CachedNetworks['networks'] = {
    get: (key) => {
      const network = this.#server.objects.get(`bitcoinnetworks/${parseKey(key).name}`);
      return network && transformNetwork(network as object as BitcoinNetwork);
    },
    record: ({ kind, metadata }) => this.recorded.push(`${kind} ${metadata.name}`),
  };

  readonly statefulSets = {
    get: (key: string): AppliedStatefulSet | undefined => {
      const set = this.#labeled('statefulsets', key);
      return set && transformStatefulSet(set as object as StatefulSet);
    },
  };

  podsOf(networkKey: string): Pod[] {
    return this.#ofNetwork('pods', networkKey).map((pod) => transformPod(pod as Pod));
  }

  readonly managed: ReadonlyMap<string, ManagedObjects> = new Map(
    managedKinds.map((kind) => [
      kind.kind,
      {
        resource: kind,
        get: (key) => {
          const object = this.#labeled(kind.plural, key);
          if (kind.kind === 'ConfigMap') return object && transformConfigMap(object);
          return object && transformObject(object);
        },
        optionalOf: (networkKey) =>
          this.#ofNetwork(kind.plural, networkKey)
            .filter(({ metadata }) =>
              isOptionalName(kind, parseKey(networkKey).name, metadata.name),
            )
            .map((object) => transformObject(object)),
        record: ({ metadata }) => this.recorded.push(`${kind.kind} ${metadata.name}`),
      },
    ]),
  );

  #labeled(plural: string, key: string): UnstructuredObject | undefined {
    const object = this.#server.objects.get(`${plural}/${parseKey(key).name}`);
    return object?.metadata.labels?.[networkLabel] === undefined ? undefined : object;
  }

  #ofNetwork(plural: string, networkKey: string): UnstructuredObject[] {
    return [...this.#server.objects]
      .filter(([key]) => key.startsWith(`${plural}/`))
      .map(([, object]) => object)
      .filter(({ metadata }) => metadata.labels?.[networkLabel] === parseKey(networkKey).name);
  }
}
