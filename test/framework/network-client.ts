import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import type { KubeClient, KubeObject } from '../../kube/index.ts';
import { testNamespace as namespace } from './cluster.ts';
import { networkResource } from './network-resource.ts';
import { bitcoinNetworks } from './resources.ts';

/** The name of one of many networks, `net-00007`; lists return them in the order of the index. */
export function networkName(index: number): string {
  return `net-${String(index).padStart(5, '0')}`;
}

/** Creates a network in the test namespace. */
export function createNetwork(client: KubeClient, name: string, spec: BitcoinNetwork['spec']) {
  return client.create(bitcoinNetworks, networkResource({ name, namespace }, spec));
}

/**
 * Edits spec.config of a network in the test namespace.
 *
 * @param value differs from that of every earlier edit of the network
 */
export function editNetwork(client: KubeClient, name: string, value: number) {
  const patch = { spec: { config: { dbcache: value } } };
  return client.patch(bitcoinNetworks, { namespace, name }, patch, { type: 'merge' });
}

/** Whether the network has the value of an edit. */
export function isEdited(network: BitcoinNetwork | undefined, value: number): boolean {
  return network?.spec.config?.dbcache === value;
}

/** Whether the network's ConfigMap has the value of an edit. */
export function isEditApplied(configMap: KubeObject | undefined, value: number): boolean {
  const { data } = (configMap ?? {}) as { data?: Record<string, string> };
  return data?.['bitcoin.conf']?.includes(`dbcache=${value}\n`) ?? false;
}
