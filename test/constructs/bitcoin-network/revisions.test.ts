import { createHash } from 'node:crypto';
import { checksumText, sharedConfigFile } from '../../../constructs/bitcoin-network/config-map.ts';
import {
  checksumOf,
  revisionedPart,
  revisionsFile,
} from '../../../constructs/bitcoin-network/revisions.ts';
import { context, live } from './builders.ts';

describe('an older configuration', () => {
  const network = context({ nodes: 3, config: { txindex: 1 } }, live);
  const configFile = sharedConfigFile(network);

  test('has the checksum of the pods that use it', () => {
    const text = checksumText(network);
    const checksum = createHash('sha256').update(text).digest('hex');
    expect(checksumOf(configFile)).toBe(checksum);
  });

  test('does not contain credentials and their whitelist', () => {
    const part = revisionedPart(configFile);
    expect(configFile).toMatch(/^rpcauth=.*\nrpcwhitelist=/m);
    expect(part).not.toMatch(/^rpc(auth|whitelist)=/m);
    expect(part).toContain('rpcwhitelistdefault=0\n');
    expect(part).toContain('txindex=1\n');
  });

  test('is listed for each node', () => {
    expect(revisionsFile(['0', 'old-1'], 'c0')).toBe('0: c0\nold-1: c0\n');
  });
});
