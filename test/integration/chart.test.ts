import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { renderController, renderCrds } from '../../helm/manifests.ts';
import type { Json, JsonObject } from '../../helm/template/node.ts';
import { defaultValues, settingsOf } from '../../helm/values/settings.ts';
import { checkout } from '../framework/checkout.ts';
import { buildHelm, Helm, helmBuildLimit } from '../framework/helm.ts';

const chart = join(checkout, 'charts/bitcoin-controller');
const namespace = 'bitcoin-controller';
let helms: readonly Helm[];
let folder: string;

beforeAll(async () => {
  const { helm3, helm4 } = await buildHelm();
  helms = await Promise.all([Helm.create(helm3), Helm.create(helm4)]);
  folder = await mkdtemp(join(tmpdir(), 'values-'));
}, helmBuildLimit);

afterAll(async () => {
  for (const helm of helms) await helm.remove();
  await rm(folder, { recursive: true });
});

interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Returns manifests by kind and name. */
const byName = (manifests: readonly unknown[]) =>
  Object.fromEntries(
    (manifests as readonly Manifest[]).map((manifest) => [
      `${manifest.kind}/${manifest.metadata.name}`,
      manifest,
    ]),
  );

const parseManifests = (text: string) =>
  parseAllDocuments(text, { version: '1.1' })
    .map((document) => document.toJS() as unknown)
    .filter((manifest) => manifest !== null);

/** Writes values as JSON, with the escapes of YAML for characters that YAML forbids. */
async function writeValues(values: Json): Promise<string> {
  const path = join(folder, 'values.yaml');
  const escape = (character: string) =>
    `\\U${character.codePointAt(0)!.toString(16).padStart(8, '0')}`;
  await writeFile(path, JSON.stringify(values).replace(/[^ -~]/gu, escape));
  return path;
}

/** Renders the chart with both versions of Helm, which must agree. */
async function template(values: Json = {}, release = namespace): Promise<unknown[]> {
  const file = await writeValues(values);
  const args = ['template', 'release', chart, '--namespace', release, '--values', file];
  const [first, second] = await Promise.all(
    helms.map(async (helm) => parseManifests(await helm.run(...args))),
  );
  expect(byName(first!)).toEqual(byName(second!));
  return first!;
}

test('helm lint accepts the chart', async () => {
  for (const helm of helms) {
    expect(await helm.run('lint', '--strict', chart)).toContain(
      '1 chart(s) linted, 0 chart(s) failed',
    );
  }
}, 60_000);

test('the chart with default values equals dist/ without the Namespace', async () => {
  const dist = await Promise.all(
    ['crd.yaml', 'controller.yaml'].map((name) => readFile(join(checkout, 'dist', name), 'utf8')),
  );
  const expected = byName(dist.flatMap(parseManifests));
  delete expected['Namespace/bitcoin-controller'];
  const manifests = byName(await template());
  // Helm alone reads this annotation.
  const crd = Object.values(manifests).find(({ kind }) => kind === 'CustomResourceDefinition')!;
  const { annotations, ...metadata } = crd.metadata;
  expect(annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
  expect({ ...manifests, [`${crd.kind}/${metadata.name}`]: { ...crd, metadata } }).toEqual(
    expected,
  );
}, 60_000);

test.each<[string, Json, RegExp]>([
  ['an unknown value', { replica: 2 }, /replica/],
  ['a number as a tag', { image: { tag: 1.1 } }, /image\/tag|image\.tag/],
  ['an unknown scope', { scope: 'namespace' }, /scope/],
  ['a removed default', { replicas: null }, /replicas/],
  ['an invalid log level', { logLevel: 'verbose' }, /logLevel/],
])(
  'the chart rejects %s',
  async (_, values, message) => {
    const file = await writeValues(values);
    for (const helm of helms) {
      await expect(helm.run('template', 'release', chart, '--values', file)).rejects.toThrow(
        message,
      );
    }
  },
  60_000,
);

test('null removes a default resource', async () => {
  const values = { resources: { limits: { memory: null }, requests: null } };
  const manifests = await template(values);
  const deployment = manifests.find((manifest) => (manifest as Manifest).kind === 'Deployment');
  expect(deployment).toMatchObject({
    spec: { template: { spec: { containers: [{ resources: { limits: {} } }] } } },
  });
}, 60_000);

/** Whether the YAML parser of this test reads a plain text as Helm does: it reads `e0` as NaN. */
function isReadable(plain: string): boolean {
  return !/^[-+]?[eE][-+]?\d+$/.test(plain);
}

/** Strings that YAML or templates interpret unless they are quoted. */
const text = fc.oneof(
  fc.constantFrom(
    ...['', 'yes', 'off', 'null', '~', '012', '0x1f', '1e3', '1:30', '1.10', '2001-01-01', '<<'],
    ...['{{ .Release.Name }}', '"quoted"', "it's", 'a: b', '# x', '- x', '100%s', 'a\\b', ' x '],
    ...['line\nline\n', 'tab\t', '&a', '*a', '!!str', '|', '>', '@x', '`x`', '\ufeff'],
  ),
  fc.string({ unit: 'grapheme' }).filter(isReadable),
);
const name = fc.stringMatching(/^[a-z][a-z0-9./-]{0,20}$/).filter(isReadable);
const map = (value: fc.Arbitrary<string>) =>
  fc.dictionary(
    fc.oneof(name, fc.constantFrom('app.kubernetes.io/name', 'yes', '1', 'null')),
    value,
    { maxKeys: 4 },
  );
const quantity = fc.constantFrom('1', '500m', '1e3', '64Mi', '0.5');
const quantities = fc.dictionary(fc.constantFrom('cpu', 'memory', 'ephemeral-storage'), quantity);
const integer = fc.oneof(fc.nat(10), fc.nat(2_000_000_000));
const optional = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] });

const tolerations = fc.array(
  optional({
    key: name,
    operator: fc.constantFrom('Exists', 'Equal'),
    value: text,
    effect: fc.constantFrom('NoSchedule', 'NoExecute'),
    tolerationSeconds: integer,
  }).filter((toleration) => Object.keys(toleration).length > 0),
  { maxLength: 3 },
);
const requirement = fc.record({
  key: name,
  operator: fc.constantFrom('In', 'NotIn'),
  values: fc.array(text, { minLength: 1, maxLength: 3 }),
});
const affinity = optional({
  nodeAffinity: fc.record({
    preferredDuringSchedulingIgnoredDuringExecution: fc.array(
      fc.record({
        weight: integer,
        preference: fc.record({ matchExpressions: fc.array(requirement, { minLength: 1 }) }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  podAntiAffinity: fc.record({
    requiredDuringSchedulingIgnoredDuringExecution: fc.array(
      fc.record({ topologyKey: text, labelSelector: fc.record({ matchLabels: map(text) }) }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
});

/** Values that a user sets, several at once. */
const userValues = optional({
  image: optional({
    repository: fc.oneof(
      name,
      text.filter((value) => value !== ''),
    ),
    tag: text,
    digest: fc.constantFrom('', `sha256:${'0123456789abcdef'.repeat(4)}`),
  }),
  imagePullSecrets: fc.array(fc.record({ name: text.filter((value) => value !== '') }), {
    maxLength: 2,
  }),
  scope: fc.constantFrom('Cluster', 'Namespace'),
  replicas: integer,
  resources: optional({ requests: quantities, limits: quantities }),
  logLevel: fc.constantFrom('', 'trace', 'debug', 'info', 'warn', 'error'),
  nodeSelector: map(text),
  tolerations,
  affinity,
  priorityClassName: text,
  commonLabels: map(text),
  commonAnnotations: map(text),
  crds: optional({ create: fc.boolean(), keep: fc.boolean() }),
});

/** Merges values as Helm does: maps by key, everything else as a whole. */
function merge(base: Json | undefined, value: Json): Json {
  const isMap = (json: Json | undefined): json is JsonObject =>
    typeof json === 'object' && json !== null && !Array.isArray(json);
  if (!isMap(base) || !isMap(value)) return value;
  const merged = Object.entries(value).map(([key, nested]) => [key, merge(base[key], nested)]);
  return { ...base, ...(Object.fromEntries(merged) as JsonObject) };
}

test('the chart with any values equals the constructs with the same properties', async () => {
  const property = fc.asyncProperty(
    userValues,
    fc.constantFrom('team-a', '1', 'null', 'bitcoin-controller'),
    async (values, release) => {
      const settings = settingsOf(release, merge(defaultValues, values) as JsonObject);
      const expected = [...renderCrds(settings), ...renderController(settings)];
      const plain = JSON.parse(JSON.stringify(expected)) as unknown[];
      expect(byName(await template(values as Json, release))).toEqual(byName(plain));
    },
  );
  await fc.assert(property, { numRuns: 25 });
}, 300_000);
