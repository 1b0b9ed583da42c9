import { ExecaError } from 'execa';

/** The number of lines of a command's output in the description of its failure. */
const maxLines = 12;

/** Describes why a command failed, with the last lines of its output. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof ExecaError)) return error instanceof Error ? error.message : String(error);
  const { shortMessage, stderr, stdout } = error as ExecaError<{ encoding: 'utf8' }>;
  const output = [stderr, stdout].map((text) => text.trim()).find((text) => text !== '') ?? '';
  return [shortMessage, ...output.split('\n').slice(-maxLines)].join('\n').trim();
}
