import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';

/** A manifest of docs/reference/examples. */
export interface Example {
  /** The text of the file. */
  readonly source: string;
  readonly resource: BitcoinNetwork;
}

/** The folder of the examples. */
export const examplesFolder = join(import.meta.dirname, '../../docs/reference/examples');

/** Returns the examples by the names of their files without `.yaml`. */
export function readExamples(): ReadonlyMap<string, Example> {
  const files = readdirSync(examplesFolder).sort();
  return new Map(
    files.map((file) => {
      const source = readFileSync(join(examplesFolder, file), 'utf8');
      return [file.replace(/\.yaml$/, ''), { source, resource: parse(source) as BitcoinNetwork }];
    }),
  );
}
