import type { BitcoinNetwork } from '../../../imports/bitcoin-network.ts';
import type { Condition } from '../../../kube/api/conditions.ts';
import { networkCondition, type NetworkCondition } from '../reasons.ts';
import type { ApplyFailure } from './failure.ts';

const type = 'ObjectsApplied';

/**
 * Returns the condition ObjectsApplied: whether every object is as the controller applied it.
 *
 * @param failure why the objects are not applied
 * @param overridden the objects and fields that admission changed
 */
export function objectsCondition(
  failure: ApplyFailure | undefined,
  overridden: readonly string[] = [],
): NetworkCondition {
  if (failure) return networkCondition(type, failure.reason, failure.message);
  if (overridden.length > 0) {
    const message = `admission or the API server changes what the controller applies: ${overridden.join('; ')}`;
    return networkCondition(type, 'OverriddenByAdmission', message);
  }
  return networkCondition(
    type,
    'AllObjectsApplied',
    'every object is as the controller applied it',
  );
}

/** Whether the objects of the current spec have been applied once. */
export function areObjectsApplied({ metadata, status }: BitcoinNetwork): boolean {
  const condition = conditionOf(status);
  if (condition?.observedGeneration !== metadata.generation) return false;
  return condition?.status === 'True' || condition?.reason === 'OverriddenByAdmission';
}

/**
 * Returns the milliseconds for which applies have failed.
 *
 * @param now milliseconds since the epoch
 */
export function failingFor({ status }: BitcoinNetwork, now: number): number {
  const condition = conditionOf(status);
  if (condition?.status !== 'False' || condition.reason !== 'ApplyFailed') return 0;
  return now - Date.parse(condition.lastTransitionTime);
}

function conditionOf(status: BitcoinNetwork['status']): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
