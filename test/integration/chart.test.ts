import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, parseAllDocuments, type Tags } from 'yaml';
import { dashboard } from '../../constructs/monitoring/dashboard/dashboard.ts';
import { alertRules } from '../../constructs/monitoring/rules.ts';
import { ValidationError } from '../../crds/validation/validation-error.ts';
import { renderController, renderCrds } from '../../helm/manifests.ts';
import type { Json, JsonObject } from '../../helm/template/node.ts';
import { defaultValues, settingsOf } from '../../helm/values/settings.ts';
import { checkout } from '../framework/checkout.ts';
import { buildHelm, Helm, helmBuildLimit } from '../framework/helm.ts';
import { metricsValues, userValues } from './chart-values.ts';

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

/** Returns manifests by kind and name, none of which may occur twice. */
function byName(manifests: readonly unknown[]): Record<string, Manifest> {
  const entries = (manifests as readonly Manifest[]).map(
    (manifest) => [`${manifest.kind}/${manifest.metadata.name}`, manifest] as const,
  );
  const result = Object.fromEntries(entries);
  expect(Object.keys(result).length).toBe(manifests.length);
  return result;
}

/** Reads `.` and `e0` as strings, as Go does. The library reads them as numbers by default. */
const customTags = (tags: Tags): Tags =>
  tags.map((tag) =>
    typeof tag === 'object' && !tag.collection && tag.test && tag.tag.endsWith(':float')
      ? { ...tag, test: new RegExp(`^(?=[-+]?[.]?(?:\\d|inf|nan))${tag.test.source}`, 'i') }
      : tag,
  );

const parseManifests = (text: string) =>
  parseAllDocuments(text, { version: '1.1', customTags })
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

/** Checks that both versions of Helm refuse values, with a message. */
async function expectRefusal(values: Json, message: RegExp): Promise<void> {
  const file = await writeValues(values);
  for (const helm of helms) {
    const result = helm.run('template', 'release', chart, '--values', file);
    await expect(result).rejects.toThrow(message);
  }
}

const everything = {
  metrics: {
    enabled: true,
    serviceMonitor: { enabled: true },
    podMonitor: { enabled: true },
    alerts: { enabled: true },
    dashboard: { enabled: true },
  },
};

test.each<[string, Json]>([
  ['default values', {}],
  ['all objects', everything],
])(
  'helm lint accepts the chart with %s',
  async (_, values) => {
    const file = await writeValues(values);
    for (const helm of helms) {
      expect(await helm.run('lint', '--strict', chart, '--values', file)).toContain(
        '1 chart(s) linted, 0 chart(s) failed',
      );
    }
  },
  60_000,
);

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
  ['a port that does not exist', { metrics: { port: 65_536 } }, /port/],
  [
    'metrics on the port of the probes',
    { metrics: { enabled: true, port: 8080 } },
    /metrics\.port: 8080 is the port of \/healthz: use another one/,
  ],
  [
    'TokenReview for one namespace',
    { scope: 'Namespace', metrics: { enabled: true, authentication: 'TokenReview' } },
    /metrics\.authentication: .*use None and a NetworkPolicy, or scope: Cluster/,
  ],
  [
    'a ServiceMonitor without a Service',
    { metrics: { enabled: true, service: { enabled: false }, serviceMonitor: { enabled: true } } },
    /metrics\.serviceMonitor: needs the Service: use metrics\.podMonitor/,
  ],
  [
    'a PodMonitor without a token for TokenReview',
    { metrics: { enabled: true, authentication: 'TokenReview', podMonitor: { enabled: true } } },
    /metrics\.podMonitor\.tokenSecret\.name: is required with TokenReview/,
  ],
])(
  'the chart rejects %s',
  async (_, values, message) => {
    await expectRefusal(values, message);
  },
  60_000,
);

test('values of metrics that are off have no effect', async () => {
  const metrics = {
    enabled: false,
    port: 8080,
    authentication: 'TokenReview',
    certificateSecret: 'certificate',
    service: { enabled: false },
    serviceMonitor: { enabled: true },
    podMonitor: { enabled: true },
    alerts: { enabled: true },
    dashboard: { enabled: true },
  };
  expect(byName(await template({ metrics }))).toEqual(byName(await template()));
}, 60_000);

test('the chart accepts the values in docs/helm.md', async () => {
  const page = await readFile(join(checkout, 'docs/helm.md'), 'utf8');
  const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, text]) => parse(text!) as Json,
  );
  expect(examples.length).toBeGreaterThan(2);
  for (const values of examples) expect(await template(values)).not.toEqual([]);
}, 60_000);

test('the templates of Prometheus and Grafana are unchanged', async () => {
  const manifests = byName(await template(everything)) as Record<string, object>;
  const rules = manifests['PrometheusRule/bitcoin-controller'];
  expect(rules).toHaveProperty('spec', alertRules());
  expect(JSON.stringify(rules)).toContain('{{ $labels.namespace }}');
  const configMap = manifests['ConfigMap/bitcoin-controller-dashboard'];
  const { data } = configMap as { data: Readonly<Record<string, string>> };
  expect(data['bitcoin-networks.json']).toContain('{{namespace}}/{{network}}');
  expect(JSON.parse(data['bitcoin-networks.json']!)).toEqual(dashboard());
}, 60_000);

test('null removes a default resource', async () => {
  const values = { resources: { limits: { memory: null }, requests: null } };
  const manifests = await template(values);
  const deployment = manifests.find((manifest) => (manifest as Manifest).kind === 'Deployment');
  expect(deployment).toMatchObject({
    spec: { template: { spec: { containers: [{ resources: { limits: {} } }] } } },
  });
}, 60_000);

/** Merges values as Helm does: maps by key, everything else as a whole. `null` removes a key. */
function merge(base: Json | undefined, value: Json): Json {
  const isMap = (json: Json | undefined): json is JsonObject =>
    typeof json === 'object' && json !== null && !Array.isArray(json);
  if (!isMap(base) || !isMap(value)) return value;
  const merged = Object.entries(value).map(([key, nested]) => [key, merge(base[key], nested)]);
  const all = { ...base, ...(Object.fromEntries(merged) as JsonObject) };
  return Object.fromEntries(Object.entries(all).filter(([, nested]) => nested !== null));
}

/**
 * Renders what the constructs render for the values of a release.
 *
 * @returns undefined if the constructs reject the properties
 */
function renderConstructs(values: Json, release: string): unknown[] | undefined {
  const settings = settingsOf(release, merge(defaultValues, values) as JsonObject);
  try {
    const manifests = [...renderCrds(settings), ...renderController(settings)];
    return JSON.parse(JSON.stringify(manifests)) as unknown[];
  } catch (error) {
    if (error instanceof ValidationError) return undefined;
    throw error;
  }
}

/** Checks that the chart renders what the constructs render, and refuses what they reject. */
async function expectEqual(values: Json, release: string): Promise<void> {
  const expected = renderConstructs(values, release);
  if (expected) expect(byName(await template(values, release))).toEqual(byName(expected));
  else await expectRefusal(values, /metrics\.\S+: /);
}

const releases = fc.constantFrom('team-a', '1', 'null', 'bitcoin-controller');

test('the chart with any values equals the constructs with the same properties', async () => {
  const property = fc.asyncProperty(userValues, releases, (values, release) =>
    expectEqual(values as Json, release),
  );
  await fc.assert(property, { numRuns: 50 });
}, 300_000);

test('the chart with any metrics equals the constructs with the same properties', async () => {
  const common = {
    commonLabels: { team: '', release: 'b', grafana_dashboard: 'c' },
    commonAnnotations: { team: 'a', grafana_folder: '' },
  };
  const property = fc.asyncProperty(
    metricsValues,
    fc.constantFrom('Cluster', 'Cluster', 'Namespace'),
    fc.constantFrom({}, common),
    (metrics, scope, more) =>
      expectEqual({ ...more, scope, metrics: { ...metrics, enabled: true } } as Json, 'team-a'),
  );
  await fc.assert(property, { numRuns: 80 });
}, 300_000);
