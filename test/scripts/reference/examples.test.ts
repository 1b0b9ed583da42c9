import { isDeepStrictEqual } from 'node:util';
import { v1 } from '../../../crds/index.ts';
import { validateBitcoinNetwork } from '../../../crds/validation/index.ts';
import { checkStructure } from '../../../crds/validation/structure.ts';
import { networkStatus } from '../../../controller/bitcoin-network/status/status.ts';
import type { BitcoinNetworkSpec } from '../../../imports/bitcoin-network.ts';
import { readExamples } from '../../../scripts/reference/examples.ts';
import { fieldsOf } from '../../../scripts/reference/fields.ts';
import { podTemplate, restartsNodes } from '../../../scripts/reference/restarts.ts';
import {
  network,
  node,
  observations,
  peers,
  scope,
  statefulSet,
} from '../../controller/builders.ts';

const examples = readExamples();
const fields = fieldsOf(v1).filter(({ path }) => /^spec\.[^.[]+$/.test(path));

describe.each([...examples])('the example %s', (name, { resource }) => {
  test('is a valid network that can be synthesized', () => {
    expect(validateBitcoinNetwork(resource)).toEqual([]);
    expect(podTemplate(resource)).toHaveProperty('spec.containers');
  });

  test('is named after its field', () => {
    const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(resource.metadata).toEqual({ name: `example-${words}` });
  });
});

test('every field of spec has an example, and every other example shows the status', () => {
  const names = fields.map(({ path }) => path.slice('spec.'.length));
  expect([...examples.keys()].sort()).toEqual([...names, 'status'].sort());
});

test('the example of the status is what the controller writes for a connected network', () => {
  const { resource } = examples.get('status')!;
  const time = Date.parse('2026-01-01T12:00:00Z');
  const { name } = resource.metadata;
  const observed = scope(network(resource.spec, { name, generation: 1 }));
  const nodes = (['0', '1'] as const).map((ordinal) =>
    node(ordinal, {
      pod: observed.names.pod(ordinal),
      dnsName: observed.names.dnsName(ordinal),
      firstReady: time,
      ip: `10.244.0.1${ordinal}`,
    }),
  );
  const inputs = observations({ nodes, answer: { peers: peers(2) } });
  const status = networkStatus(observed, inputs, statefulSet(2), time);
  expect(resource.status).toEqual(status);
  expect(checkStructure(v1.properties!.status!, status, 'status')).toEqual([]);
});

test('the example of the status has every field of the status', () => {
  const text = examples.get('status')!.source;
  const names = fieldsOf(v1)
    .filter(({ path }) => path.startsWith('status.') && !path.endsWith('[]'))
    .map(({ path }) => path.split('.').at(-1)!);
  expect(names.filter((name) => !text.includes(` ${name}:`))).toEqual([]);
});

/** Changes of each field: what a spec with the field may have before and after. */
const changes: Readonly<Record<keyof BitcoinNetworkSpec, readonly Partial<BitcoinNetworkSpec>[]>> =
  {
    nodes: Array.from({ length: 65 }, (_, nodes) => ({ nodes })),
    secret: [{}, { secret: 'a' }, { secret: 'b' }],
    image: [{}, { image: 'a' }, { image: 'b' }],
    imagePullPolicy: [{}, { imagePullPolicy: 'Always' }, { imagePullPolicy: 'Never' }],
    imagePullSecrets: [
      {},
      { imagePullSecrets: [{ name: 'a' }] },
      { imagePullSecrets: [{ name: 'b' }] },
    ],
    config: [
      {},
      { config: { txindex: 1 } },
      { config: { txindex: 0 } },
      { config: { prune: 550 } },
    ],
    configLists: [
      {},
      { configLists: { debug: ['net'] } },
      { configLists: { debug: ['net', 'rpc'] } },
    ],
    resources: [{}, { resources: {} }, { resources: { limits: { cpu: 1 } } }],
  };

describe.each(fields.map((field) => [field.path, field] as const))('%s', (path, field) => {
  const name = path.slice('spec.'.length) as keyof BitcoinNetworkSpec;
  const restarts = () => restartsNodes(examples.get(name)!.resource, field);

  test('restarts nodes as the reference says, whatever the change is', () => {
    const templates = changes[name].map((change) =>
      podTemplate(network({ nodes: 3, ...change }, { name: 'alice' })),
    );
    const pairs = templates
      .slice(1)
      .map((template, index) => [templates[index], template] as const);
    const differ = pairs.map(([before, after]) => !isDeepStrictEqual(before, after));
    expect(new Set(differ)).toEqual(new Set([restarts()]));
  });

  test('is described by kubectl explain as the reference says', () => {
    expect(field.schema.description!.includes('restarts the nodes')).toBe(restarts());
  });
});

test('restartsNodes names the field that an example lacks', () => {
  const { resource } = examples.get('nodes')!;
  const field = { path: 'spec.config[KEY]', isRequired: false };
  expect(() => restartsNodes(resource, field)).toThrow('no example of spec.config[KEY]');
});
