import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { validateBitcoinNetwork } from '../crds/validation/index.ts';
import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';

/** One thing that is wrong with a file: `networks/alice.yaml: spec.nodes: must be at most 64`. */
export interface FileProblem {
  readonly file: string;
  /** Path of the field, as the API server names it; undefined if the file as a whole is wrong. */
  readonly field?: string;
  readonly message: string;
}

/** The files cannot be rendered; all their problems are listed, not only the first. */
export class FileProblems extends Error {
  constructor(problems: readonly FileProblem[]) {
    const line = ({ file, field, message }: FileProblem) =>
      [file, ...(field === undefined ? [] : [field]), message].join(': ');
    super(problems.map(line).join('\n'));
    this.name = 'FileProblems';
  }
}

/**
 * The BitcoinNetworks in a folder's .yaml and .yml files, in order of file names.
 *
 * @throws {FileProblems} if a file is not YAML, holds anything but valid
 *   BitcoinNetworks, or two hold networks of the same name and namespace
 */
export function readNetworkFiles(folder: string): BitcoinNetwork[] {
  const networks = new Map<string, { file: string; resource: BitcoinNetwork }>();
  const problems: FileProblem[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (!/\.ya?ml$/.test(name)) continue;
    const file = join(folder, name);
    for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
      const [error] = document.errors;
      if (error) {
        problems.push({ file, message: error.message });
        continue;
      }
      const value: unknown = document.toJS();
      if (value === null) continue;
      const found = validateBitcoinNetwork(value);
      problems.push(...found.map((problem) => ({ file, ...problem })));
      if (found.length > 0) continue;
      const resource = value as BitcoinNetwork;
      const { name: own, namespace } = resource.metadata;
      const key = `${namespace ?? ''}/${own}`;
      const other = networks.get(key);
      if (other) {
        const message = `${own} is the name of a network in ${other.file} too: rename one`;
        problems.push({ file, field: 'metadata.name', message });
      } else {
        networks.set(key, { file, resource });
      }
    }
  }
  if (problems.length > 0) throw new FileProblems(problems);
  return [...networks.values()].map(({ resource }) => resource);
}
