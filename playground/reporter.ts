import type { Logger } from '../kube/index.ts';

/** Reports the playground's progress to a person. */
export interface Reporter {
  /** Prints a line. */
  info(text: string): void;
  /** Prints a line of detail, such as the duration of a step. */
  debug(text: string): void;
  /** Shows the state of a long step, in place of the previous state where the medium can. */
  progress(text: string): void;
}

/** A logger that prints to a reporter as detail. */
export function reporterLogger(reporter: Reporter): Logger {
  const print = (fields: object, message: string): void => {
    const { err } = fields as { readonly err?: unknown };
    reporter.debug(err instanceof Error ? `${message}: ${err.message}` : message);
  };
  return { debug: () => undefined, info: print, warn: print, error: print };
}

/** Seconds before the progress of a step is shown. */
const quietSeconds = 2;

/**
 * Runs `work` and shows its progress once it takes longer than 2 s.
 *
 * @param step the step, such as "downloading etcd"
 * @param work receives a function that sets the current detail, such as "12 of 30 MB"
 */
export async function showProgress<T>(
  reporter: Reporter,
  step: string,
  work: (detail: (text: string) => void) => Promise<T>,
): Promise<T> {
  const start = performance.now();
  let latest = '';
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - start) / 1000);
    if (seconds < quietSeconds) return;
    reporter.progress([step, latest, `${seconds} s`].filter((part) => part !== '').join(', '));
  }, 1000);
  try {
    return await work((text) => {
      latest = text;
    });
  } finally {
    clearInterval(timer);
  }
}

/** The output of {@link terminalReporter}, such as process.stdout. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Seconds between two lines of progress if the output is not a terminal. */
const progressSeconds = 15;

/**
 * A reporter whose lines start with the seconds since its creation. On a terminal, progress
 * replaces one line; elsewhere, it adds a line every 15 s.
 *
 * @param now milliseconds on a monotonic clock
 */
export function terminalReporter(
  terminal: Terminal,
  debug: boolean,
  now: () => number = () => performance.now(),
): Reporter {
  const start = now();
  const stamp = (): string => `${((now() - start) / 1000).toFixed(1).padStart(6)} s  `;
  let lastProgress = -Infinity;
  let pending = false;
  const line = (text: string): void => {
    terminal.write(`${pending ? '\r\x1b[K' : ''}${stamp()}${text}\n`);
    pending = false;
  };
  return {
    info: line,
    debug: (text) => {
      if (debug) line(text);
    },
    progress: (text) => {
      if (terminal.isTTY === true) {
        terminal.write(`\r\x1b[K${(stamp() + text).slice(0, (terminal.columns ?? 80) - 1)}`);
        pending = true;
      } else if (now() - lastProgress >= progressSeconds * 1000) {
        lastProgress = now();
        line(text);
      }
    },
  };
}
