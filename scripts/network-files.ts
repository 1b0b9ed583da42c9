import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { validateBitcoinNetwork } from '../crds/validation/index.ts';
import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';

/** An error in a file, such as `networks/alice.yaml: spec.nodes: must be at most 64`. */
export interface FileError {
  readonly file: string;
  /** Path of the field in the API server's notation; undefined if the file is not valid YAML. */
  readonly field?: string;
  readonly message: string;
}

/** The files cannot be rendered. The message lists all errors, one in each line. */
export class NetworkFilesError extends Error {
  constructor(problems: readonly FileError[]) {
    const line = ({ file, field, message }: FileError) =>
      [file, ...(field === undefined ? [] : [field]), message].join(': ');
    super(problems.map(line).join('\n'));
    this.name = 'FileProblems';
  }
}

/**
 * Returns the BitcoinNetworks in the .yaml and .yml files of a folder, in the order of file names.
 *
 * @throws {NetworkFilesError} if a file is not valid YAML, if it holds anything but valid
 *   BitcoinNetworks, or if two networks have the same name and namespace
 */
export function readNetworkFiles(folder: string): BitcoinNetwork[] {
  const networks = new Map<string, { file: string; resource: BitcoinNetwork }>();
  const problems: FileError[] = [];
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
      const { name: networkName, namespace } = resource.metadata;
      const key = `${namespace ?? ''}/${networkName}`;
      const other = networks.get(key);
      if (other) {
        const message = `${other.file} also has a network named ${networkName}: rename one of them`;
        problems.push({ file, field: 'metadata.name', message });
      } else {
        networks.set(key, { file, resource });
      }
    }
  }
  if (problems.length > 0) throw new NetworkFilesError(problems);
  return [...networks.values()].map(({ resource }) => resource);
}
