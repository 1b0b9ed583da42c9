import type { Json } from '../../../helm/template/node.ts';
import { defaultValues, settingsOf } from '../../../helm/values/settings.ts';
import { withValue } from '../../../helm/values/value.ts';

/** Returns the property `metrics` for values of metrics by their paths. */
function metricsOf(values: Readonly<Record<string, Json>>) {
  const all = Object.entries(values).reduce(
    (result, [path, value]) => withValue(result, `metrics.${path}`, value),
    defaultValues,
  );
  return settingsOf('team-a', all).controller.metrics;
}

test('metrics are off whatever their other values are', () => {
  expect(metricsOf({ port: 9000, 'serviceMonitor.enabled': true })).toBeUndefined();
});

test.each<[string, Json, object]>([
  ['port', 9000, { port: 9000 }],
  ['authentication', 'TokenReview', { authentication: 'TokenReview' }],
  ['certificateSecret', 'tls', { certificateSecret: 'tls' }],
  ['service.enabled', false, { service: false }],
])('the value %s sets a property of the metrics', (path, value, properties) => {
  expect(metricsOf({ enabled: true, [path]: value })).toMatchObject(properties);
});

test('metrics without further values have a Service and no monitors', () => {
  const metrics = metricsOf({ enabled: true });
  expect(JSON.parse(JSON.stringify(metrics))).toEqual({
    port: 8090,
    authentication: 'None',
    service: true,
  });
});

describe.each(['serviceMonitor', 'podMonitor'] as const)('%s', (monitor) => {
  test('is created with the values of its own', () => {
    const metrics = metricsOf({
      enabled: true,
      [`${monitor}.enabled`]: true,
      [`${monitor}.interval`]: '15s',
      [`${monitor}.labels`]: { release: 'prometheus' },
      [`${monitor}.tokenSecret`]: { name: 'reader', key: 'jwt' },
    });
    expect(metrics?.[monitor]).toEqual({
      interval: '15s',
      labels: { release: 'prometheus' },
      tokenSecret: { name: 'reader', key: 'jwt' },
    });
  });

  test('has no token unless a Secret is named', () => {
    const metrics = metricsOf({ enabled: true, [`${monitor}.enabled`]: true });
    expect(JSON.parse(JSON.stringify(metrics?.[monitor]))).toEqual({});
  });
});
