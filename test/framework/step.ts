const started = performance.now();

/**
 * Defines a test that may depend on the ones before it in its file, and prints its duration as soon
 * as it ends, because a whole file can take minutes.
 *
 * @param seconds the time limit
 */
export function step(title: string, run: () => Promise<void>, seconds: number): void {
  test(
    title,
    async () => {
      const begin = performance.now();
      let outcome = 'failed';
      try {
        await run();
        outcome = 'passed';
      } finally {
        const duration = secondsSince(begin).toFixed(1).padStart(5);
        const time = secondsSince(started).toFixed(0).padStart(4);
        process.stderr.write(`[${time} s] ${outcome} after ${duration} s: ${title}\n`);
      }
    },
    seconds * 1000,
  );
}

function secondsSince(time: number): number {
  return (performance.now() - time) / 1000;
}
