import { setTimeout as sleep } from 'node:timers/promises';

/** Something that must hold at any time did not: there is no use in trying again. */
export class UnmetInvariant extends Error {}

/**
 * Tries until the probe throws nothing.
 *
 * @param seconds how long
 * @throws what the probe threw last, and an {@link UnmetInvariant} at once
 */
export async function eventually<T>(seconds: number, probe: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (error instanceof UnmetInvariant || performance.now() > deadline) throw error;
    }
    await sleep(100);
  }
}

/** Tries the probe for the whole time. @throws what it throws first */
export async function always(seconds: number, probe: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    await probe();
    await sleep(100);
  }
}
