/** Maximum number of characters of a message; bitcoind lists all valid values of some options. */
const maxLength = 500;

/** A line of bitcoind's log, which has a timestamp unless spec.config sets logtimestamps=0. */
const logLine = /^(\d{4}-\d\d-\d\d[T ][\d:.]+Z?) /;

/** The levels of log lines that report a failure. Older releases write `ERROR:`. */
const errorLevel = /^(\[(?:\w+:)?error\]|ERROR:) /;
const warningLevel = /^\[(?:\w+:)?warning\] /;

/**
 * The first line of what a program prints for the user when it gives up: bitcoind, its loader, an
 * uncaught exception, or the start script.
 */
const complaint = /^(Error: |: |EXCEPTION: |start\.sh: )/;

/** Where bitcoind does not repeat a cause that its log has. */
const seeLog = /See debug log for details\.?/;

/** A line that ends a complaint if the log has no timestamps. */
const shutdown = 'Shutdown: ';

/** Other words for a failure: of a failed assertion, an exception, the loader or the shell. */
const failure = /error|exception|assert|fatal|fail|cannot|not found|what\(\)/i;

/**
 * Returns the cause in the last output of a container that failed. bitcoind prints a refusal
 * without a timestamp, possibly over several lines, and then logs its shutdown. The first refusal
 * is the cause of the others.
 *
 * @param output the termination message: the last 80 lines or 2 KiB of the log
 * @returns undefined if the output has no line
 */
export function exitMessage(output: string | undefined): string | undefined {
  const lines = (output ?? '').split('\n').map((line) => line.trim());
  const filled = lines.filter((line) => line !== '' && !line.startsWith('***'));
  if (filled.length === 0) return undefined;
  const start = filled.findIndex((line) => complaint.test(line));
  if (start < 0) return cut(loggedCause(filled));
  const text = complaintAt(filled, start);
  const isVague = seeLog.test(text);
  const detail = isVague ? filled.slice(0, start).find(isDetail) : undefined;
  return cut(detail === undefined ? text : text.replace(seeLog, () => withoutPrefix(detail)));
}

/** Joins the lines of one complaint, which bitcoind continues with `- ` or without a mark. */
function complaintAt(lines: readonly string[], start: number): string {
  const rest = lines.slice(start + 1);
  const end = rest.findIndex(
    (line) => logLine.test(line) || complaint.test(line) || line.startsWith(shutdown),
  );
  const continued = end < 0 ? rest : rest.slice(0, end);
  return [lines[start]!.replace(/^: /, ''), ...continued.map((line) => line.replace(/^- /, ''))]
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}

/** The first failure in the log, else the last line that sounds like one, else the last line. */
function loggedCause(lines: readonly string[]): string {
  const line = lines.find(isError) ?? lines.findLast((line) => failure.test(line)) ?? lines.at(-1)!;
  return withoutPrefix(line);
}

function isError(line: string): boolean {
  const text = line.replace(logLine, '');
  return errorLevel.test(text) || (text !== line && complaint.test(text));
}

function isDetail(line: string): boolean {
  return isError(line) || warningLevel.test(line.replace(logLine, ''));
}

function withoutPrefix(line: string): string {
  return line.replace(logLine, '').replace(errorLevel, '').replace(warningLevel, '');
}

function cut(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}
