import type { AlertsProps } from '../../constructs/controller-install/metrics-props.ts';
import { defaultRunbookBase } from '../../constructs/monitoring/rules.ts';
import { objectProp, objectSwitch } from './metrics-props.ts';
import { mapOfStrings } from './schemas.ts';
import { insert, type Setting } from './setting.ts';

const properties: Readonly<Record<keyof AlertsProps, Setting>> = {
  labels: insert({
    put: objectProp('alerts', 'labels'),
    sentinel: { 'sentinel-alerts-label': '' },
    values: [
      {
        path: 'metrics.alerts.labels',
        default: {},
        schema: mapOfStrings,
        doc: 'Further labels, by which a Prometheus selects the rule, such as `{release: prometheus}`.',
      },
    ],
  }),
  runbookBase: insert({
    put: objectProp('alerts', 'runbookBase'),
    sentinel: 'sentinel-runbook-base',
    expression: 'regexReplaceAll "/+$" .Values.metrics.alerts.runbookBase ""',
    values: [
      {
        path: 'metrics.alerts.runbookBase',
        default: defaultRunbookBase,
        schema: { type: 'string', minLength: 1 },
        doc: 'Where the runbooks are published. The annotation `runbook_url` of an alert is this URL, a slash and the name of the page. The default is the folder in the repository.',
      },
    ],
  }),
};

/** The settings of the alerts. */
export const alertsSettings: readonly Setting[] = [
  objectSwitch(
    'alerts',
    'Whether to create a PrometheusRule of Prometheus Operator with the alerts. If one Prometheus scrapes several controllers, create it in one release only.',
  ),
  ...Object.values(properties),
];
