import { ApiError, isForbidden, isInvalid } from '../../../kube/api/errors.ts';
import type { ConditionReason } from '../reasons.ts';

/** Why the objects of a network could not be applied. */
export interface ApplyFailure {
  readonly reason: ConditionReason;
  readonly message: string;
  /** Whether the cause needs user action. */
  readonly terminal: boolean;
}

/** Converts an error of the API server to a failure. */
export function applyFailure(error: unknown): ApplyFailure {
  if (isNamespaceTerminating(error)) {
    const message = 'the namespace is being deleted';
    return { reason: 'NamespaceTerminating', message, terminal: false };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { reason: 'ApplyFailed', message, terminal: isForbidden(error) || isInvalid(error) };
}

/**
 * Whether the namespace is being deleted. No object can be created in it, and the network is
 * deleted with it.
 */
export function isNamespaceTerminating(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.details.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true
  );
}
