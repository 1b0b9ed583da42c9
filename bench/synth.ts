import { join } from 'node:path';
import { execaSync } from 'execa';
import { checkout } from '../test/framework/checkout.ts';

/**
 * `npm run bench:synth`: measures the wall time of `npm run synth -- --check`, which renders all
 * manifests and compares them with dist/.
 */
const runs = 9;
const program = join(checkout, 'scripts/synth.ts');

const seconds = Array.from({ length: runs }, () => {
  const start = performance.now();
  execaSync(process.execPath, [program, '--check'], { stdio: 'inherit' });
  return (performance.now() - start) / 1000;
}).sort((a, b) => a - b);

const format = (index: number) => seconds[index]!.toFixed(2);
console.log(
  `synth: median ${format((runs - 1) / 2)} s of ${runs} runs (${format(0)} to ${format(runs - 1)} s)`,
);
