import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two calls of a probe. */
const interval = 100;

/** A condition that must hold at any time did not hold; {@link eventually} does not retry it. */
export class InvariantViolation extends Error {}

/**
 * Calls the probe until it does not throw.
 *
 * @param seconds the time limit
 * @throws the last error of the probe, or its {@link InvariantViolation} at once
 */
export async function eventually<T>(seconds: number, probe: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (error instanceof InvariantViolation || performance.now() > deadline) throw error;
    }
    await sleep(interval);
  }
}

/**
 * Calls the probe for the whole time.
 *
 * @throws the first error of the probe
 */
export async function consistently(seconds: number, probe: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    await probe();
    await sleep(interval);
  }
}
