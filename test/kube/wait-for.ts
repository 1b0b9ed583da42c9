/**
 * Waits until a condition holds, looking at every turn of the event loop.
 *
 * @throws Error after ten seconds, with the description
 */
export async function waitFor(description: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${description}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
