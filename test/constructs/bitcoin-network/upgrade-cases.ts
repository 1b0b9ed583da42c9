import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { BitcoinNetwork } from '../../../imports/bitcoin-network.ts';
import { readNetworkFiles } from '../../../scripts/network-files.ts';
import { validNetworks } from '../../crds/valid-networks.ts';

/** The templates that a release rendered, for every network of {@link upgradeCases}. */
export interface RecordedTemplates {
  /** By {@link inputDigest}: the digests of spec.template, alone and with a controller. */
  readonly digests: Readonly<Record<string, RecordedDigests>>;
  /** The whole spec.template of networks/example.yaml with a controller, to show differences. */
  readonly example: unknown;
  /** The credentials that derive from {@link masterKey} and the uid of {@link liveInputs}. */
  readonly credentials: unknown;
}

export const masterKey = Buffer.alloc(32, 7);

/** The digests of one network. */
export interface RecordedDigests {
  readonly alone: string;
  readonly live: string;
}

/** Identity and credentials of a network in a cluster; the template depends on the latter. */
export const liveInputs = {
  uid: '89abcdef-0000-4000-8000-000000000000',
  credentials: { user: 'controller-0123456789ab', password: 'secret', salt: 'abcd' },
  updatePartition: 3,
};

/** Name of the case whose whole template is recorded. */
export const exampleCase = 'networks/example.yaml';

/** Every network in the tests that is valid in release 0.1.0, by the name of its case. */
export const upgradeCases: ReadonlyMap<string, BitcoinNetwork> = new Map([
  ...validNetworks
    .filter(({ name }) => name !== 'options that release 0.1.0 reserved')
    .map(({ name, resource }) => [name, resource as BitcoinNetwork] as const),
  ...readNetworkFiles(join(import.meta.dirname, '../../../networks')).map(
    (network) => [`networks/${network.metadata.name}.yaml`, network] as const,
  ),
]);

/** Returns the key of a network in the record: titles of cases may change. */
export function inputDigest({ metadata, spec }: BitcoinNetwork): string {
  return templateDigest([metadata.name, spec]).slice(0, 16);
}

/** Returns the SHA-256 of a template as JSON, in which the order of fields counts. */
export function templateDigest(template: unknown): string {
  return createHash('sha256').update(JSON.stringify(template)).digest('hex');
}
