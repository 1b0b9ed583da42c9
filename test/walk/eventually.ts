import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tries until the probe throws nothing.
 *
 * @param seconds how long
 * @throws what the probe threw last
 */
export async function eventually<T>(seconds: number, probe: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (performance.now() > deadline) throw error;
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
