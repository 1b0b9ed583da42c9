import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { format, resolveConfig } from 'prettier';
import {
  exampleCase,
  inputDigest,
  liveInputs,
  masterKey,
  templateDigest,
  upgradeCases,
  type RecordedDigests,
} from '../test/constructs/bitcoin-network/upgrade-cases.ts';

/**
 * Records the pod templates that release 0.1.0 renders, for upgrade-from-0.1.0.test.ts:
 *
 * node scripts/record-0.1.0-templates.ts
 *
 * Run it again only when a valid network is added to the tests. The release is the package in
 * test/faults/releases; its dependencies are those of this checkout.
 */
const checkout = join(import.meta.dirname, '..');
const release = join(checkout, 'test/faults/releases/bitcoin-controller-0.1.0.tgz');
const output = join(checkout, 'test/constructs/bitcoin-network/templates-0.1.0.json');

/** The construct of release 0.1.0. */
interface Release {
  readonly BitcoinNetwork: new (scope: Construct, id: string, props: object) => unknown;
}

/** The credentials of release 0.1.0. */
interface ReleasedLogin {
  readonly deriveLogin: (masterKey: Uint8Array, identity: string) => unknown;
}

function templateOf(constructs: Release, name: string, props: object): unknown {
  const chart = new Chart(new App(), 'network');
  new constructs.BitcoinNetwork(chart, name, props);
  const objects = chart.toJson() as { kind: string; spec?: { template: unknown } }[];
  return objects.find(({ kind }) => kind === 'StatefulSet')!.spec!.template;
}

const folder = mkdtempSync(join(tmpdir(), 'release-'));
try {
  execFileSync('tar', ['-xzf', release, '-C', folder]);
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  const load = (path: string): Promise<unknown> =>
    import(pathToFileURL(join(folder, 'package/build', path)).href);
  const constructs = (await load('constructs/index.js')) as Release;
  const { deriveLogin } = (await load('bitcoin/rpc-login.js')) as ReleasedLogin;
  const { uid, credentials: login, updatePartition: partition } = liveInputs;
  const controller = { uid, login, partition };
  const digests: Record<string, RecordedDigests> = {};
  let example: unknown;
  for (const [caseName, network] of upgradeCases) {
    const { metadata, spec } = network;
    const alone = templateOf(constructs, metadata.name, spec);
    const live = templateOf(constructs, metadata.name, { ...spec, controller });
    digests[inputDigest(network)] = { alone: templateDigest(alone), live: templateDigest(live) };
    if (caseName === exampleCase) example = live;
  }
  const credentials = deriveLogin(masterKey, uid);
  const options = { ...(await resolveConfig(output)), filepath: output };
  writeFileSync(output, await format(JSON.stringify({ digests, example, credentials }), options));
} finally {
  rmSync(folder, { recursive: true });
}
