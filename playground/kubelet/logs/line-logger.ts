import type { Logger } from '../../../kube/runtime/logger.ts';

/** A logger that prints a line of text for each warning and error. */
export function lineLogger(print: (line: string) => void): Logger {
  const log = (fields: object, message: string) => {
    const words = Object.entries(fields).map(([name, value]) =>
      value instanceof Error ? `${name}=${value.message}` : `${name}=${String(value)}`,
    );
    print([message, ...words].join(' '));
  };
  const quiet = () => undefined;
  return { debug: quiet, info: log, warn: log, error: log };
}
