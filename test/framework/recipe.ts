import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import type { KubeObject } from '../../kube/index.ts';
import { checkout } from './checkout.ts';

/** Returns the objects of a file in recipes/. */
export function recipe(file: string): KubeObject[] {
  const text = readFileSync(join(checkout, 'recipes', file), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
}

/** Returns the BitcoinNetwork of a recipe. */
export function networkOf(objects: readonly KubeObject[]): BitcoinNetwork {
  return objects.find(({ kind }) => kind === 'BitcoinNetwork') as unknown as BitcoinNetwork;
}
