import { bitcoinNetworks } from '../../controller/cache/resources.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import type { KubeClient, KubeObject } from '../../kube/index.ts';
import { namespace } from './cluster.ts';

/** Requests on their way at a time where many are made. */
const concurrency = 32;

/** Runs `work` for every item, so many at a time. */
export async function forEach<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  limit = concurrency,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: limit }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

/** `net-00007`, in whose order lists come. */
export function networkName(index: number): string {
  return `net-${String(index).padStart(5, '0')}`;
}

export function createNetwork(client: KubeClient, name: string, spec: BitcoinNetwork['spec']) {
  const { apiVersion, kind } = bitcoinNetworks;
  return client.create(bitcoinNetworks, { apiVersion, kind, metadata: { name, namespace }, spec });
}

/** Edits a network's spec.config in a way that every edit before it did not. */
export function editNetwork(client: KubeClient, name: string, value: number) {
  const patch = { spec: { config: { dbcache: value } } };
  return client.patch(bitcoinNetworks, { namespace, name }, patch, { type: 'merge' });
}

/** Whether a ConfigMap is that of a network edited so. */
export function hasEdit(configMap: KubeObject | undefined, value: number): boolean {
  const { data } = (configMap ?? {}) as { data?: Record<string, string> };
  return data?.['bitcoin.conf']?.includes(`dbcache=${value}\n`) ?? false;
}

/** Whether the status is about the spec as it is, and Ready. */
export function isReady({ metadata, status }: BitcoinNetwork): boolean {
  return (
    status?.observedGeneration === metadata.generation &&
    status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
  );
}
