/** Where the playground tells a person what it does. */
export interface Reporter {
  /** One line that stays. */
  info(text: string): void;
  /** One line of detail, such as how long a part took. */
  debug(text: string): void;
  /** Where a long step stands; the next call replaces it where the medium can. */
  progress(text: string): void;
}

/** Seconds before a step's progress is shown at all. */
const quietSeconds = 2;

/**
 * Runs `work` and shows how it goes once it takes longer than 2 s.
 *
 * @param what the step, as a phrase such as "downloading etcd"
 * @param work gets a function that takes the latest detail, such as "12 of 30 MB"
 */
export async function showProgress<T>(
  reporter: Reporter,
  what: string,
  work: (detail: (text: string) => void) => Promise<T>,
): Promise<T> {
  const start = performance.now();
  let latest = '';
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - start) / 1000);
    if (seconds < quietSeconds) return;
    reporter.progress([what, latest, `${seconds} s`].filter((part) => part !== '').join(', '));
  }, 1000);
  try {
    return await work((text) => {
      latest = text;
    });
  } finally {
    clearInterval(timer);
  }
}

/** What {@link terminalReporter} writes to; process.stdout is one. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Seconds between two lines of progress where a line cannot be replaced. */
const progressSeconds = 15;

/**
 * Writes lines that begin with the seconds since `start`. On a terminal progress is a line that is
 * replaced, elsewhere a line every 15 s.
 *
 * @param now milliseconds on any steady clock
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
