import { controllerName } from '../../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetworkStatus } from '../../../imports/bitcoin-network.ts';
import { isNotFound } from '../../../kube/api/errors.ts';
import type { KubeObject, ObjectMeta } from '../../../kube/api/object.ts';
import { apply } from '../../../kube/apply/apply.ts';
import { bitcoinNetworks } from '../../cache/resources.ts';
import { recordEvent } from '../events.ts';
import type { NodeState } from '../nodes/observe.ts';
import { statefulSetOf, type Scope } from '../scope.ts';
import { networkStatus, type Observations } from './status.ts';
import { isStored, statusPatch } from './stored.ts';

/**
 * Writes the network's status if it changed, and records events for conditions that became True.
 *
 * @throws ApiError and ConnectionError
 */
export async function writeStatus(scope: Scope, observations: Observations): Promise<void> {
  const { network, cache, clock } = scope;
  const status = networkStatus(scope, observations, statefulSetOf(scope), clock.now());
  if (isStored(status, network.status)) return;
  try {
    cache.networks.record(await storeStatus(scope, status));
  } catch (error) {
    // The network was deleted; there is no status to write.
    if (isNotFound(error)) return;
    throw error;
  }
  recordFailures(scope, observations.nodes);
  recordTransitions(scope, status);
}

/**
 * Applies the status. The response still has what left the status if another entry in managedFields
 * owns it, since any client may write managedFields: a patch then removes it.
 */
async function storeStatus(
  { network, client, signal }: Scope,
  status: BitcoinNetworkStatus,
): Promise<KubeObject> {
  const { apiVersion, kind } = network;
  const { name, namespace, uid } = network.metadata;
  // With the uid, the API server rejects the status if a new network has the same name.
  const metadata: ObjectMeta = { name, namespace: namespace!, uid: uid! };
  const object = { apiVersion, kind, metadata, status };
  const options = { fieldManager: controllerName, subresource: 'status', signal };
  const applied = await apply(client, bitcoinNetworks, object, options);
  if (isStored(status, applied.status)) return applied;
  const { resourceVersion } = applied.metadata;
  const patch = {
    metadata: { uid, resourceVersion },
    status: statusPatch(status, applied.status),
  };
  return client.patch(bitcoinNetworks, metadata, patch, { type: 'merge', ...options });
}

/**
 * Records an event for each pod that the cluster ended, such as an evicted one. Its successor
 * follows within a second, and then the conditions name the pod no more.
 */
function recordFailures(scope: Scope, nodes: readonly NodeState[]): void {
  const { conditions = [] } = scope.network.status ?? {};
  const before = conditions.find(({ type }) => type === 'Ready')?.message ?? '';
  for (const { pod, hasEnded, problem } of nodes) {
    if (!hasEnded || !problem || before.includes(problem.message)) continue;
    const note = `${pod} ended: ${problem.message}`;
    recordEvent(scope, 'status', { type: 'Warning', reason: 'PodEnded', note });
  }
}

const transitions = {
  Ready: { type: 'Normal', reason: 'Ready' },
  PeersConnected: { type: 'Normal', reason: 'PeersConnected' },
  Stalled: { type: 'Warning', reason: 'Stalled' },
} as const;

/**
 * Records an event when a condition becomes True, and logs when one stops being True. Networks
 * without nodes get no Normal events.
 */
function recordTransitions(scope: Scope, { conditions = [] }: BitcoinNetworkStatus): void {
  const { network, key, log } = scope;
  const previous = network.status?.conditions ?? [];
  for (const { type, status, reason, message } of conditions) {
    const before = previous.find((condition) => condition.type === type);
    if (!(type in transitions) || (status === 'True') === (before?.status === 'True')) continue;
    if (status !== 'True') {
      const text = `${type} is ${status}: ${message}`;
      log.info({ network: key, phase: 'status', reason }, text);
      continue;
    }
    const event = transitions[type as keyof typeof transitions];
    if (event.type === 'Normal' && scope.plan.nodes.size === 0) continue;
    recordEvent(scope, 'status', { ...event, note: message });
  }
}
