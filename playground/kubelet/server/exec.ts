import type { RunningContainer } from '../runtime.ts';

/** How a program that was run inside a container ended. */
export interface ExecResult {
  /** undefined when it was ended for taking too long. */
  readonly code: number | undefined;
  /** stdout and stderr as they came, cut at the kubelet's 10 KiB for probes. */
  readonly output: string;
}

const maxOutput = 10 * 1024;

/**
 * Runs a program inside a container to its end.
 *
 * @param timeout milliseconds, after which it is killed
 */
export function exec(
  container: RunningContainer,
  argv: readonly string[],
  timeout: number,
): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const child = container.enter(argv, ['ignore', 'pipe', 'pipe']);
    let output = '';
    let late = false;
    const collect = (chunk: Buffer) => {
      if (output.length < maxOutput) output += chunk.toString('utf8');
    };
    child.stdout!.on('data', collect);
    child.stderr!.on('data', collect);
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
      // What the program started may hold them open.
      child.stdout!.destroy();
      child.stderr!.destroy();
    }, timeout);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      const cut = output.slice(0, maxOutput);
      resolve({ code: late ? undefined : (code ?? 137), output: cut });
    });
  });
}
