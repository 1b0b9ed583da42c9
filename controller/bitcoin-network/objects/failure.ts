import { ApiError } from '../../../kube/api/errors.ts';
import type { FailureReason } from '../reasons.ts';

/** Why the objects of a network could not be applied. */
export interface ApplyFailure {
  readonly reason: FailureReason;
  readonly message: string;
  /** Whether the cause needs user action. */
  readonly terminal: boolean;
}

/**
 * Milliseconds for which a rejected request may still succeed without user action: permissions,
 * quotas and webhooks may come later than the network.
 */
const healingPeriod = 300_000;

/** The codes of requests that only another object can make succeed. */
const malformedCodes: ReadonlySet<number> = new Set([400, 413, 422]);

/**
 * Converts an error of the API server to a failure.
 *
 * @param failingFor milliseconds since the first of the failures without a success between them
 */
export function applyFailure(error: unknown, failingFor = 0): ApplyFailure {
  if (isNamespaceTerminating(error)) {
    const message = 'the namespace is being deleted';
    return { reason: 'NamespaceTerminating', message, terminal: false };
  }
  const message = error instanceof Error ? error.message : String(error);
  const terminal =
    error instanceof ApiError && (malformedCodes.has(error.code) || failingFor >= healingPeriod);
  return { reason: 'ApplyFailed', message, terminal };
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
