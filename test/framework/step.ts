const started = performance.now();

/** A test that says at once how long it took: a walk lasts minutes. */
export function step(name: string, body: () => Promise<void>, seconds: number): void {
  test(
    name,
    async () => {
      const begin = performance.now();
      let verdict = 'failed';
      try {
        await body();
        verdict = 'passed';
      } finally {
        const took = ((performance.now() - begin) / 1000).toFixed(1).padStart(6);
        const at = ((performance.now() - started) / 1000).toFixed(0).padStart(4);
        process.stderr.write(`${at} s  ${verdict} in ${took} s  ${name}\n`);
      }
    },
    seconds * 1000,
  );
}
