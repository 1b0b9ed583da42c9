import { rolloutAnnotation } from '../../../constructs/bitcoin-network/labels.ts';
import { isNotFound } from '../../../kube/api/errors.ts';
import { bitcoinNetworks } from '../../cache/resources.ts';
import { isObserved } from '../../cache/workloads.ts';
import { recordEvent } from '../events.ts';
import type { NodeState } from '../nodes/observe.ts';
import { statefulSetOf, type Scope } from '../scope.ts';
import { isRolling } from './revision.ts';

const unguarded = 'unguarded';

/** The annotation and its value, as kubectl annotate takes them. */
export const unguardedAnnotation = `${rolloutAnnotation}=${unguarded}`;

/** The end of a message that names what a user can do if chains may be lost. */
export const unguardedRemedy = `or accept the loss of chains: annotate the network with ${unguardedAnnotation}`;

/** Whether a user accepts that the rollout loses chains. */
export function isUnguarded({ network }: Pick<Scope, 'network'>): boolean {
  return network.metadata.annotations?.[rolloutAnnotation] === unguarded;
}

/**
 * Removes the annotation for an unguarded rollout after the rollout, so that it does not apply to
 * the next one.
 *
 * @throws ApiError and ConnectionError
 */
export async function endUnguardedRollout(
  scope: Scope,
  nodes: readonly NodeState[],
): Promise<void> {
  const { network, client, cache, signal } = scope;
  const set = statefulSetOf(scope);
  if (!isUnguarded(scope) || !set || !isObserved(set) || isRolling(scope, nodes)) return;
  const { name, namespace, uid } = network.metadata;
  // With the uid, the API server rejects the patch if a new network has the same name.
  const patch = { metadata: { uid, annotations: { [rolloutAnnotation]: null } } };
  try {
    const options = { type: 'merge', signal } as const;
    cache.networks.record(await client.patch(bitcoinNetworks, { name, namespace }, patch, options));
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  const note = `removed the annotation ${rolloutAnnotation}: no node is left to replace`;
  recordEvent(scope, 'rollout', { type: 'Normal', reason: 'RollingUpdate', note });
}
