import { createHash } from 'node:crypto';
import type { NodeName } from '../../bitcoin/plan/node-name.ts';
import { frozenMethods } from '../../bitcoin/rpc/whitelist.ts';

/**
 * Key of the ConfigMap with a line for each node whose next pod has an older configuration than
 * bitcoin.conf: `0: CHECKSUM`. The key exists during rollouts only.
 */
export const revisionsKey = 'revisions';

/** Returns the key of an older configuration, which the start script reads by its checksum. */
export function revisionKey(checksum: string): string {
  return `revision-${checksum}`;
}

/** Whether a key of the ConfigMap belongs to older configurations. */
export function isRevisioned(key: string): boolean {
  return key === revisionsKey || key.startsWith(revisionKey(''));
}

/** Returns the file with the key {@link revisionsKey}. */
export function revisionsFile(nodes: readonly NodeName[], checksum: string): string {
  return nodes.map((name) => `${name}: ${checksum}\n`).join('');
}

/**
 * Returns the checksum of a shared bitcoin.conf, as in the pod template. It covers the whitelist of
 * release 0.1.0 in place of the current one (docs/adr/0016-frozen-whitelist.md).
 */
export function checksumOf(configFile: string): string {
  const frozen = configFile.replace(/^(rpcwhitelist=[^:\n]*:).*$/m, `$1${frozenMethods.join(',')}`);
  return createHash('sha256').update(frozen).digest('hex');
}

/**
 * Returns the part of a shared bitcoin.conf that a pod keeps while it exists. Credentials and their
 * whitelist are always current.
 */
export function revisionedPart(configFile: string): string {
  return configFile.replace(/^(rpcauth|rpcwhitelist)=.*\n/gm, '');
}
