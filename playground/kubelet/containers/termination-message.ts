import { readFile } from 'node:fs/promises';
import type { LogFile } from '../logs/log-file.ts';
import { readLog } from '../logs/log-file.ts';

/** The kubelet's limits. */
const MAX_BYTES = 4096;
const MAX_LOG_BYTES = 2048;
const MAX_LOG_LINES = 80;

export interface TerminationMessageOptions {
  /** The file that the container found at its terminationMessagePath. */
  readonly file: string;
  readonly policy: string | undefined;
  readonly exitCode: number;
  readonly log: LogFile;
}

/** What a container that ended leaves as its message; undefined when it left none. */
export async function terminationMessage(
  options: TerminationMessageOptions,
): Promise<string | undefined> {
  const { file, policy, exitCode, log } = options;
  const written = await readFile(file).catch(() => Buffer.alloc(0));
  if (written.length > 0) return written.subarray(0, MAX_BYTES).toString('utf8');
  if (policy !== 'FallbackToLogsOnError' || exitCode === 0) return undefined;
  const lines = readLog(log.path).slice(-MAX_LOG_LINES);
  const tail = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
  return tail.length === 0 ? undefined : tail.subarray(-MAX_LOG_BYTES).toString('utf8');
}
