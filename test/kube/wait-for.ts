import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition holds, and checks it every millisecond. It also works while jest fakes
 * timers.
 *
 * @throws Error after ten seconds, with the description
 */
export async function waitFor(description: string, condition: () => boolean): Promise<void> {
  const timeout = AbortSignal.timeout(10_000);
  while (!condition()) {
    if (timeout.aborted) throw new Error(`timed out waiting for: ${description}`);
    await sleep(1);
  }
}
