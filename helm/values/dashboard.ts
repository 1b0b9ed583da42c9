import {
  defaultDashboardLabels,
  type DashboardProps,
} from '../../constructs/controller-install/metrics-props.ts';
import { objectProp, objectSwitch } from './metrics-props.ts';
import { mapOfStrings } from './schemas.ts';
import { insert, type Setting } from './setting.ts';

const properties: Readonly<Record<keyof DashboardProps, Setting>> = {
  labels: insert({
    put: objectProp('dashboard', 'labels'),
    sentinel: { 'sentinel-dashboard-label': '' },
    values: [
      {
        path: 'metrics.dashboard.labels',
        default: defaultDashboardLabels,
        schema: mapOfStrings,
        doc: 'Labels by which the sidecar of Grafana finds the ConfigMap. Helm merges them with the default; set `grafana_dashboard` to `null` to remove it.',
      },
    ],
  }),
  annotations: insert({
    put: objectProp('dashboard', 'annotations'),
    sentinel: { 'sentinel-dashboard-annotation': '' },
    values: [
      {
        path: 'metrics.dashboard.annotations',
        default: {},
        schema: mapOfStrings,
        doc: 'Further annotations of the ConfigMap, such as `{grafana_folder: Bitcoin}`.',
      },
    ],
  }),
};

/** The settings of the dashboard. */
export const dashboardSettings: readonly Setting[] = [
  objectSwitch('dashboard', 'Whether to create a ConfigMap with a dashboard for Grafana.'),
  ...Object.values(properties),
];
