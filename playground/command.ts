import { spawn } from 'node:child_process';

/** How {@link runCommand} runs its program. */
export interface CommandOptions {
  readonly cwd?: string;
  /** The whole environment. @default this process's */
  readonly env?: NodeJS.ProcessEnv;
  /** What the program reads from standard input. @default nothing */
  readonly input?: string;
  /** Gets each line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

/** A command that could not be run or did not end with exit code 0. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Lines of a failed command's output that its error shows. */
const shownLines = 12;

/**
 * Runs a program to its end.
 *
 * @returns what it wrote to standard output
 * @throws CommandError with the last lines of its output
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let partial = '';
  child.stdin.on('error', () => undefined); // it may end without reading its input
  child.stdin.end(options.input ?? '');
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) options.onErrorLine?.(line);
  });
  const end = await new Promise<string | number | null>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new CommandError(`${file} could not be run: ${cause.message}`, { cause }));
    });
    child.once('close', (code, signal) => {
      resolve(signal ?? code);
    });
  });
  if (end !== 0) {
    const output = (stderr.trim() === '' ? stdout : stderr).trim().split('\n').slice(-shownLines);
    throw new CommandError(
      `${[file, ...args].join(' ')} ended with ${String(end)}:\n${output.join('\n')}`,
    );
  }
  return stdout;
}
