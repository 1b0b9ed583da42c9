import { isDeepStrictEqual } from 'node:util';
import type { BitcoinNetworkStatus } from '../../../imports/bitcoin-network.ts';

/**
 * Whether a stored status is the controller's, apart from conditions of other types, which other
 * clients may add.
 */
export function isStored(
  status: BitcoinNetworkStatus,
  stored: BitcoinNetworkStatus | undefined,
): boolean {
  const { conditions, ...rest } = status;
  const { conditions: storedConditions = [], ...storedRest } = stored ?? {};
  return (
    isDeepStrictEqual(rest, storedRest) &&
    (conditions ?? []).every((condition) =>
      isDeepStrictEqual(
        condition,
        storedConditions.find(({ type }) => type === condition.type),
      ),
    )
  );
}

/**
 * Returns a merge patch that makes a stored status the controller's and retains the conditions of
 * other clients.
 */
export function statusPatch(
  status: BitcoinNetworkStatus,
  stored: BitcoinNetworkStatus | undefined,
): object {
  const conditions = status.conditions ?? [];
  const types = new Set(conditions.map(({ type }) => type));
  const foreign = (stored?.conditions ?? []).filter(({ type }) => !types.has(type));
  const removed = Object.keys(stored ?? {}).map((name) => [name, null] as const);
  return { ...Object.fromEntries(removed), ...status, conditions: [...conditions, ...foreign] };
}
