import type { Logger } from '../../kube/runtime/logger.ts';
import { PhaseError } from './phase.ts';

/** Returns a log that names the network and the phase, where the queue logs a key and an error. */
export function networkLogger(log: Logger): Logger {
  const renamed = (fields: object) => {
    const { key, ...rest } = fields as { key?: string; err?: unknown };
    const phase = rest.err instanceof PhaseError ? rest.err.phase : undefined;
    return key === undefined ? fields : { network: key, phase, ...rest };
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
