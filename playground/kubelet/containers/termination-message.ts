import { readFile } from 'node:fs/promises';
import { readLog, type LogFile } from '../logs/log-file.ts';

/** The kubelet's limits. */
const maxBytes = 4096;
const maxLogBytes = 2048;
const maxLogLines = 80;

export interface TerminationMessageOptions {
  /** The file that the container saw at its terminationMessagePath. */
  readonly file: string;
  readonly policy: string | undefined;
  readonly exitCode: number;
  readonly log: LogFile;
}

/** The termination message of a container, or undefined without one. */
export async function terminationMessage(
  options: TerminationMessageOptions,
): Promise<string | undefined> {
  const { file, policy, exitCode, log } = options;
  const written = await readFile(file).catch(() => Buffer.alloc(0));
  if (written.length > 0) return written.subarray(0, maxBytes).toString('utf8');
  if (policy !== 'FallbackToLogsOnError' || exitCode === 0) return undefined;
  const lines = readLog(log.path).slice(-maxLogLines);
  const tail = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
  return tail.length === 0 ? undefined : tail.subarray(-maxLogBytes).toString('utf8');
}
