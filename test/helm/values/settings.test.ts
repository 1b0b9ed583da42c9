import packageJson from '../../../package.json' with { type: 'json' };
import { defaultResources } from '../../../constructs/controller-install/props.ts';
import { appVersion } from '../../../helm/values/controller.ts';
import { chartValues, defaultValues, settingsOf } from '../../../helm/values/settings.ts';
import { withValue } from '../../../helm/values/value.ts';

test('the default values leave all properties to the construct', () => {
  const { controller, crds } = settingsOf('team-a', defaultValues);
  expect(JSON.parse(JSON.stringify(controller))).toEqual({
    namespace: 'team-a',
    scope: 'Cluster',
    image: 'localhost/bitcoin-controller:0.1.0',
    replicas: 1,
    resources: defaultResources,
  });
  expect(crds).toEqual({ create: true, keep: true });
});

test('the default image has the version of the package', () => {
  expect(appVersion).toBe(packageJson.version);
});

test.each([
  ['image.tag', '2', { image: 'localhost/bitcoin-controller:2' }],
  [
    'image.digest',
    `sha256:${'0'.repeat(64)}`,
    { image: `localhost/bitcoin-controller@sha256:${'0'.repeat(64)}` },
  ],
  ['imagePullSecrets', [{ name: 'registry' }], { imagePullSecrets: ['registry'] }],
  ['scope', 'Namespace', { scope: 'Namespace' }],
  ['commonLabels', { team: 'a' }, { labels: { team: 'a' } }],
  ['metrics.enabled', true, { metrics: { port: 8090, authentication: 'None', service: true } }],
])('the value %s sets the property of the construct', (path, value, properties) => {
  const { controller } = settingsOf('team-a', withValue(defaultValues, path, value));
  expect(controller).toMatchObject(properties);
});

test('every value has a path of its own', () => {
  const paths = chartValues.map(({ path }) => path);
  expect(new Set(paths).size).toBe(paths.length);
});

test('every description is a sentence', () => {
  for (const { doc } of chartValues) expect(doc).toMatch(/^[A-Z].*[.*]$/);
});
