import {
  defaultMetricsPort,
  type MetricsProps,
} from '../../constructs/controller-install/metrics-props.ts';
import {
  healthPort,
  metricsReaderRole,
  metricsService,
} from '../../constructs/controller-install/names.ts';
import { alertsSettings } from './alerts.ts';
import { dashboardSettings } from './dashboard.ts';
import { metricsProp } from './metrics-props.ts';
import { podMonitorSettings, serviceMonitorSettings } from './monitors.ts';
import { choose, insert, type Setting } from './setting.ts';

/** Each property of the metrics with its values, in the order of values.yaml. */
const properties: Readonly<Record<keyof MetricsProps, Setting | readonly Setting[]>> = {
  port: insert({
    put: metricsProp('port'),
    sentinel: 31_338,
    expression: 'int64 .Values.metrics.port',
    values: [
      {
        path: 'metrics.port',
        default: defaultMetricsPort,
        schema: { type: 'integer', minimum: 1, maximum: 65_535 },
        doc: `Port of \`/metrics\`. Port ${healthPort} is that of the probes.`,
      },
    ],
  }),
  authentication: choose({
    put: metricsProp('authentication'),
    on: 'TokenReview',
    off: 'None',
    condition: 'eq .Values.metrics.authentication "TokenReview"',
    value: {
      path: 'metrics.authentication',
      default: 'None',
      schema: { type: 'string', enum: ['None', 'TokenReview'] },
      doc: `Who may read metrics. \`None\`: every client that reaches the port. \`TokenReview\`: clients whose token belongs to a user with the ClusterRole \`${metricsReaderRole}\`; it requires \`scope: Cluster\`.`,
    },
  }),
  certificateSecret: insert({
    put: metricsProp('certificateSecret'),
    sentinel: 'sentinel-certificate-secret',
    values: [
      {
        path: 'metrics.certificateSecret',
        default: '',
        schema: { type: 'string' },
        doc: `Name of a Secret with \`tls.crt\` and \`tls.key\`, with which metrics are served over HTTPS. Monitors also need its \`ca.crt\`, and the name \`${metricsService}.NAMESPACE.svc\` in the certificate. The default is HTTP.`,
      },
    ],
  }),
  service: choose({
    put: metricsProp('service'),
    on: true,
    off: false,
    value: {
      path: 'metrics.service.enabled',
      default: true,
      schema: { type: 'boolean' },
      doc: `Whether to create the Service \`${metricsService}\`.`,
    },
  }),
  serviceMonitor: serviceMonitorSettings(),
  podMonitor: podMonitorSettings(),
  alerts: alertsSettings,
  dashboard: dashboardSettings,
};

/** The settings of the metrics, in the order of values.yaml. */
export const metricsSettings: readonly Setting[] = [
  choose({
    put: (settings, isEnabled) => ({
      ...settings,
      controller: { ...settings.controller, metrics: isEnabled === true ? {} : undefined },
    }),
    on: true,
    off: false,
    value: {
      path: 'metrics.enabled',
      default: false,
      schema: { type: 'boolean' },
      doc: 'Whether the controller serves Prometheus metrics. Otherwise, all other values of `metrics` have no effect.',
    },
  }),
  ...Object.values(properties).flat(),
];
