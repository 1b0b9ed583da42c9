import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * `npm run bench:synth`: the median wall time of `npm run synth -- --check`,
 * which is the synthesis and a comparison, over so many runs.
 */
const runs = 9;
const synth = join(import.meta.dirname, '../scripts/synth.ts');

const seconds = Array.from({ length: runs }, () => {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, [synth, '--check'], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  return (performance.now() - start) / 1000;
}).sort((a, b) => a - b);

const figure = (index: number) => seconds[index]!.toFixed(2);
console.log(
  `synth: median ${figure((runs - 1) / 2)} s of ${runs} runs (${figure(0)} to ${figure(runs - 1)} s)`,
);
