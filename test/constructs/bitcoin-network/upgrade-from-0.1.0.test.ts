import { App, Chart } from 'cdk8s';
import { deriveCredentials } from '../../../bitcoin/rpc/credentials.ts';
import { BitcoinNetwork, type BitcoinNetworkProps } from '../../../constructs/index.ts';
import recorded from './templates-0.1.0.json' with { type: 'json' };
import {
  exampleCase,
  inputDigest,
  liveInputs,
  masterKey,
  templateDigest,
  upgradeCases,
  type RecordedTemplates,
} from './upgrade-cases.ts';

/**
 * No restarts by upgrade: a StatefulSet replaces its pods when spec.template changes, so this
 * release renders the template of release 0.1.0 byte for byte. templates-0.1.0.json holds what
 * 0.1.0 rendered; scripts/record-0.1.0-templates.ts wrote it.
 */
const { digests, example, credentials }: RecordedTemplates = recorded;

function templateOf(name: string, props: BitcoinNetworkProps): unknown {
  const chart = new Chart(new App(), 'network');
  new BitcoinNetwork(chart, name, props);
  const objects = chart.toJson() as { kind: string; spec?: { template: unknown } }[];
  return objects.find(({ kind }) => kind === 'StatefulSet')!.spec!.template;
}

test('the template of the example is that of release 0.1.0', () => {
  const { metadata, spec } = upgradeCases.get(exampleCase)!;
  const template = templateOf(metadata.name, { ...spec, live: liveInputs });
  expect(template).toEqual(example);
});

test('the credentials in the template derive as in release 0.1.0', () => {
  expect(deriveCredentials(masterKey, liveInputs.uid)).toEqual(credentials);
});

test('a template is recorded for every valid network; if not, run the script again', () => {
  const networks = [...upgradeCases.values()];
  expect(Object.keys(digests).sort()).toEqual(networks.map(inputDigest).sort());
});

describe.each([...upgradeCases])('the template of "%s" is that of release 0.1.0', (_, network) => {
  const { metadata, spec } = network;
  const recordedDigests = digests[inputDigest(network)]!;

  test('without a controller', () => {
    const template = templateOf(metadata.name, spec);
    expect(templateDigest(template)).toBe(recordedDigests.alone);
  });

  test('with a controller', () => {
    const template = templateOf(metadata.name, { ...spec, live: liveInputs });
    expect(templateDigest(template)).toBe(recordedDigests.live);
  });
});
