import { ConflictError, isConflict, TransientError } from '../../kube/api/errors.ts';
import type { Logger } from '../../kube/runtime/logger.ts';

/** The steps of a reconcile, in their order. */
export type Step = 'chart' | 'nodes' | 'peers' | 'rollout' | 'status';

/** A step failed for a cause that may pass. */
export class StepError extends TransientError {
  readonly step: Step;

  constructor(step: Step, cause: unknown) {
    super(`${step}: ${messageOf(cause)}`, { cause });
    this.step = step;
  }
}

/**
 * Runs a step.
 *
 * @throws {ConflictError} when it lost a race, which is tried again at once
 * @throws {StepError} otherwise
 */
export async function inStep<T>(step: Step, body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    if (isConflict(cause)) throw new ConflictError(messageOf(cause), { cause });
    throw new StepError(step, cause);
  }
}

/** A log whose lines name the network and the step, where the queue knows only a key and an error. */
export function networkLogger(log: Logger): Logger {
  const renamed = (fields: object) => {
    const { key, ...rest } = fields as { key?: string; err?: unknown };
    const step = rest.err instanceof StepError ? rest.err.step : undefined;
    return key === undefined ? fields : { network: key, step, ...rest };
  };
  return {
    debug: (fields, message) => {
      log.debug(renamed(fields), message);
    },
    info: (fields, message) => {
      log.info(renamed(fields), message);
    },
    warn: (fields, message) => {
      log.warn(renamed(fields), message);
    },
    error: (fields, message) => {
      log.error(renamed(fields), message);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
