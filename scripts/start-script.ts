/**
 * Embeds constructs/bitcoin-network/start.sh in start-script.ts, because constructs perform no I/O.
 *
 *   node scripts/start-script.ts          writes start-script.ts
 *   node scripts/start-script.ts --check  exits with code 1 if start-script.ts is stale
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'constructs', 'bitcoin-network');
const generated = join(folder, 'start-script.ts');
const shell = readFileSync(join(folder, 'start.sh'), 'utf8');
const literal = shell.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
const source = `// Generated from start.sh by npm run import. Do not edit.

/** The program of both containers of a pod, in POSIX sh. */
export const startScript = \`${literal}\`;
`;

if (!process.argv.includes('--check')) {
  writeFileSync(generated, source);
} else if (readFileSync(generated, 'utf8') !== source) {
  console.error(
    'constructs/bitcoin-network/start-script.ts is stale: run npm run import and commit the result',
  );
  process.exitCode = 1;
}
