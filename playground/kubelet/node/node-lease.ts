import { isAlreadyExists } from '../../../kube/api/errors.ts';
import type { KubeClient } from '../../../kube/client/client.ts';
import { formatMicroTime, type Clock } from '../../../kube/runtime/clock.ts';
import { leases } from '../api/resources.ts';

const namespace = 'kube-node-lease';
/**
 * The kubelet's leaseDurationSeconds. The node lifecycle controller marks a node Unknown when its
 * Lease is this old.
 */
const leaseDurationSeconds = 40;

/** Creates or renews the Lease of a Node. */
export async function renewLease(
  client: KubeClient,
  clock: Clock,
  node: { readonly name: string; readonly uid: string },
): Promise<void> {
  const { name, uid } = node;
  const renewTime = formatMicroTime(clock.now());
  const spec = { holderIdentity: name, leaseDurationSeconds, renewTime };
  const metadata = {
    name,
    namespace,
    ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
  };
  const { apiVersion, kind } = leases;
  const lease = { apiVersion, kind, metadata, spec };
  try {
    await client.create(leases, lease);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await client.patch(leases, { name, namespace }, { metadata, spec }, { type: 'merge' });
  }
}
