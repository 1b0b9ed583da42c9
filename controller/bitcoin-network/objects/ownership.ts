import {
  adoptAnnotation,
  controllerName,
  networkLabel,
} from '../../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetwork } from '../../../imports/bitcoin-network.ts';
import { ApiError, isForbidden, isInvalid } from '../../../kube/api/errors.ts';
import type { UnstructuredObject } from '../../../kube/api/object.ts';
import type { ConditionReason } from '../reasons.ts';

/** Why a network's objects are not as they should be. */
export interface ChartFailure {
  readonly reason: ConditionReason;
  readonly message: string;
  /** Whether only a person can remove the cause. */
  readonly terminal: boolean;
}

/** Why a network may not apply to a live object: another made it, and it was not asked to adopt it. */
export function ownershipFailure(
  { metadata }: BitcoinNetwork,
  { kind, metadata: live }: UnstructuredObject,
): ChartFailure | undefined {
  const object = `${kind} ${live.name}`;
  const owner = live.ownerReferences?.find(({ controller }) => controller);
  if (owner?.uid === metadata.uid) return undefined;
  if (owner?.kind === 'BitcoinNetwork' && owner.name === metadata.name) {
    const message = `${object} of a deleted network of this name is still there`;
    return { reason: 'PredecessorTerminating', message, terminal: false };
  }
  if (owner) {
    const message = `${object} belongs to ${owner.kind} ${owner.name}: delete it, or choose another name`;
    return { reason: 'ObjectExists', message, terminal: true };
  }
  const lostItsOwner =
    live.labels?.[networkLabel] === metadata.name &&
    live.managedFields?.some(
      (entry) => entry.manager === controllerName && entry.operation === 'Apply',
    );
  if (lostItsOwner || metadata.annotations?.[adoptAnnotation] === 'true') return undefined;
  const message =
    `${object} is there and was not made for this network: delete it, or annotate the network ` +
    `with ${adoptAnnotation}=true to have it taken over`;
  return { reason: 'ObjectExists', message, terminal: true };
}

/** The failure that an error of the API server stands for, as the network's conditions tell it. */
export function failureOf(error: unknown): ChartFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (isNamespaceTerminating(error)) {
    return {
      reason: 'NamespaceTerminating',
      message: 'the namespace is being deleted',
      terminal: false,
    };
  }
  const terminal = isForbidden(error) || isInvalid(error);
  return { reason: 'ApplyFailed', message, terminal };
}

/** Nothing can be created in a namespace that is being deleted, and the network goes with it. */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.details.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true
  );
}
