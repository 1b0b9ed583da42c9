/**
 * Generates docs/reference/ from crds/, constructs/ and controller/:
 *
 *   npm run reference
 *   npm run reference -- --check
 *   npm run reference -- [--check] FOLDER
 *
 * With `--check`, nothing is written; the exit code is 1 if a page is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { referencePages } from './reference/pages.ts';

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [folder = join(import.meta.dirname, '..', 'docs', 'reference')] = positionals;

/** Returns the content of a page; undefined if it does not exist. */
function readPage(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

for (const [name, content] of await referencePages()) {
  const path = join(folder, name);
  if (!values.check) writeFileSync(path, content);
  else if (readPage(path) !== content) {
    console.error(
      `docs/reference/${name} is out of date: run npm run reference and commit the result`,
    );
    process.exitCode = 1;
  }
}
