import { alertRules } from '../../../constructs/monitoring/rules.ts';
import { dashboard } from '../../../constructs/monitoring/dashboard/dashboard.ts';
import { manifestOf, render } from './builders.ts';

const kindsOf = (metrics: object) => render({ metrics }).map(({ kind }) => kind);

describe('the alerts of ControllerInstall', () => {
  test('are off by default', () => {
    expect(kindsOf({})).not.toContain('PrometheusRule');
  });

  test('are a PrometheusRule with the labels by which Prometheus selects it', () => {
    const labels = { release: 'prometheus', 'app.kubernetes.io/name': 'other' };
    const metrics = { alerts: { labels, runbookBase: 'https://wiki.example' } };
    expect(manifestOf('PrometheusRule', { namespace: 'team-a', metrics })).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: {
        name: 'bitcoin-controller',
        namespace: 'team-a',
        labels: {
          release: 'prometheus',
          'app.kubernetes.io/name': 'bitcoin-controller',
          'app.kubernetes.io/managed-by': 'bitcoin-controller',
        },
      },
      spec: alertRules('https://wiki.example'),
    });
  });
});

describe('the dashboard of ControllerInstall', () => {
  const configMap = (props: object = {}) =>
    manifestOf('ConfigMap', props) as unknown as {
      metadata: object;
      data: Record<string, string>;
    };

  test('is off by default', () => {
    expect(kindsOf({})).not.toContain('ConfigMap');
  });

  test('is a ConfigMap that the sidecar of Grafana finds', () => {
    const { metadata, data } = configMap({ metrics: { dashboard: {} } });
    expect(metadata).toEqual({
      name: 'bitcoin-controller-dashboard',
      namespace: 'bitcoin-controller',
      labels: {
        grafana_dashboard: '1',
        'app.kubernetes.io/name': 'bitcoin-controller',
        'app.kubernetes.io/managed-by': 'bitcoin-controller',
      },
    });
    expect(Object.keys(data)).toEqual(['bitcoin-networks.json']);
    expect(JSON.parse(data['bitcoin-networks.json']!)).toEqual(dashboard());
  });

  test('has other labels and annotations, such as those of the folder', () => {
    const metrics = { dashboard: { labels: { a: 'b' }, annotations: { grafana_folder: 'Nets' } } };
    const { metadata } = configMap({ annotations: { team: 'x' }, metrics });
    expect(metadata).toMatchObject({
      labels: { a: 'b' },
      annotations: { grafana_folder: 'Nets', team: 'x' },
    });
    expect(metadata).not.toHaveProperty('labels.grafana_dashboard');
  });
});
