import type { LogFile, LogLine } from './log-file.ts';

/** The parameters of `kubectl logs`. */
export interface LogQuery {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  /** RFC 3339. Older lines are omitted. */
  readonly since?: string | undefined;
  /** @default both */
  readonly stream?: 'stdout' | 'stderr' | undefined;
}

/** @param now milliseconds since the epoch */
export function parseLogQuery(parameters: URLSearchParams, now: number): LogQuery {
  const number = (name: string) => {
    const value = parameters.get(name);
    return value === null ? undefined : Number(value);
  };
  const seconds = number('sinceSeconds');
  const since =
    seconds === undefined
      ? (parameters.get('sinceTime') ?? undefined)
      : new Date(now - seconds * 1000).toISOString();
  const stream = parameters.get('stream')?.toLowerCase();
  return {
    follow: parameters.get('follow') === 'true',
    timestamps: parameters.get('timestamps') === 'true',
    tailLines: number('tailLines'),
    limitBytes: number('limitBytes'),
    since,
    stream: stream === 'stdout' || stream === 'stderr' ? stream : undefined,
  };
}

/** The text that a query selects from existing lines. */
export function selectLines(lines: readonly LogLine[], query: LogQuery): string {
  const since = query.since === undefined ? -Infinity : Date.parse(query.since);
  const chosen = lines.filter((line) => isSelected(line, query) && Date.parse(line.time) >= since);
  const { tailLines } = query;
  const tail = tailLines === undefined ? chosen : tailLines === 0 ? [] : chosen.slice(-tailLines);
  return tail.map((line) => formatLine(line, query)).join('');
}

/**
 * Sends new lines until the log ends.
 *
 * @returns a function that stops sending earlier
 */
export function followLines(
  log: LogFile,
  query: LogQuery,
  send: (text: string) => void,
  onEnd: () => void,
): () => void {
  return log.follow((line) => {
    if (!line) onEnd();
    else if (isSelected(line, query)) send(formatLine(line, query));
  });
}

function isSelected(line: LogLine, { stream }: LogQuery): boolean {
  return stream === undefined || line.stream === stream;
}

function formatLine({ time, text }: LogLine, { timestamps }: LogQuery): string {
  return timestamps ? `${time} ${text}\n` : `${text}\n`;
}
