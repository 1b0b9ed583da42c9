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

test('metrics without further values have a Service and no other objects', () => {
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

test('alerts are created with labels and the place of the runbooks', () => {
  const runbookBase = 'https://wiki.example';
  const metrics = metricsOf({
    enabled: true,
    'alerts.enabled': true,
    'alerts.labels': { release: 'prometheus' },
    'alerts.runbookBase': runbookBase,
  });
  expect(metrics?.alerts).toEqual({ labels: { release: 'prometheus' }, runbookBase });
});

test('the dashboard is created with labels and annotations', () => {
  const metrics = metricsOf({
    enabled: true,
    'dashboard.enabled': true,
    'dashboard.labels.team': 'a',
    'dashboard.annotations': { grafana_folder: 'Bitcoin' },
  });
  expect(metrics?.dashboard).toEqual({
    labels: { grafana_dashboard: '1', team: 'a' },
    annotations: { grafana_folder: 'Bitcoin' },
  });
});
