import {
  adoptAnnotation,
  controllerName,
  networkLabel,
} from '../../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetwork } from '../../../imports/bitcoin-network.ts';
import type { KubeObject } from '../../../kube/api/object.ts';
import type { ApplyFailure } from './failure.ts';

/** Whether the network is the controller owner of an object. */
export function isOwned(
  { metadata: { uid } }: Pick<BitcoinNetwork, 'metadata'>,
  { metadata: live }: KubeObject,
): boolean {
  const owner = live.ownerReferences?.find(({ controller }) => controller);
  return owner !== undefined && owner.uid === uid;
}

/**
 * Returns why a network may not apply to a live object, or undefined if it may. It may apply to an
 * object that it owns, to one that lost its owner reference, and to any object without a controller
 * owner if both the network and the object carry the adopt annotation.
 */
export function ownershipFailure(
  network: BitcoinNetwork,
  live: KubeObject,
): ApplyFailure | undefined {
  if (isOwned(network, live)) return undefined;
  const { name, namespace } = network.metadata;
  const object = `${live.kind} ${live.metadata.name}`;
  const owner = live.metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner?.kind === 'BitcoinNetwork' && owner.name === name) {
    const message = `waiting for ${object} of a deleted network with the same name to be removed`;
    return { reason: 'PredecessorTerminating', message, terminal: false };
  }
  if (owner) {
    const message = `${object} is controlled by ${owner.kind} ${owner.name}: delete it or rename the network`;
    return { reason: 'ObjectExists', message, terminal: true };
  }
  if (lostItsOwner(name, live) || (allowsAdoption(network) && allowsAdoption(live))) {
    return undefined;
  }
  const annotate = (resource: string) =>
    `kubectl annotate -n ${namespace!} ${resource} ${adoptAnnotation}=true`;
  const message =
    `${object} already exists and is not owned by this network: delete it, or annotate both to ` +
    `let the network adopt it: ${annotate(`${live.kind.toLowerCase()}/${live.metadata.name}`)} && ` +
    annotate(`bitcoinnetwork/${name}`);
  return { reason: 'ObjectExists', message, terminal: true };
}

function allowsAdoption({ metadata }: Pick<KubeObject, 'metadata'>): boolean {
  return metadata.annotations?.[adoptAnnotation] === 'true';
}

/** Whether the controller applied the object before somebody removed its owner reference. */
function lostItsOwner(network: string, { metadata: { labels, managedFields } }: KubeObject) {
  return (
    labels?.[networkLabel] === network &&
    managedFields?.some(
      ({ manager, operation }) => manager === controllerName && operation === 'Apply',
    ) === true
  );
}
