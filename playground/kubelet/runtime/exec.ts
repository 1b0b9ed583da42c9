import type { RunningContainer } from './runtime.ts';

/** The result of a program that ran inside a container. */
export interface ExecResult {
  /** The exit code, or undefined after a timeout. */
  readonly code: number | undefined;
  /** Interleaved stdout and stderr, truncated to the kubelet's 10 KiB for probes. */
  readonly output: string;
}

const maxOutput = 10 * 1024;

/**
 * Runs a program inside a container and waits until it exits.
 *
 * @param timeout milliseconds after which the program is killed
 */
export function exec(
  container: RunningContainer,
  argv: readonly string[],
  timeout: number,
): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const child = container.enter(argv, ['ignore', 'pipe', 'pipe']);
    let output = '';
    let isTimedOut = false;
    const collect = (chunk: Buffer) => {
      if (output.length < maxOutput) output += chunk.toString('utf8');
    };
    child.stdout!.on('data', collect);
    child.stderr!.on('data', collect);
    const timer = setTimeout(() => {
      isTimedOut = true;
      child.kill('SIGKILL');
      // Children of the program may hold them open.
      child.stdout!.destroy();
      child.stderr!.destroy();
    }, timeout);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      const truncated = output.slice(0, maxOutput);
      resolve({ code: isTimedOut ? undefined : (code ?? 137), output: truncated });
    });
  });
}
