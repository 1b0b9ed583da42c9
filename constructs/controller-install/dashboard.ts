import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { dashboard } from '../monitoring/dashboard/dashboard.ts';
import type { InstallContext } from './install-context.ts';
import { defaultDashboardLabels, type DashboardProps } from './metrics-props.ts';
import { dashboardConfigMap } from './names.ts';

/** The ConfigMap with the dashboard, which the sidecar of Grafana loads. */
export function dashboardOf(
  scope: Construct,
  { metadata, namespace }: InstallContext,
  { labels = defaultDashboardLabels, annotations }: DashboardProps,
): ApiObject {
  const allAnnotations = { ...annotations, ...metadata.annotations };
  return new ApiObject(scope, 'dashboard', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: dashboardConfigMap,
      namespace,
      labels: { ...labels, ...metadata.labels },
      ...(Object.keys(allAnnotations).length > 0 && { annotations: allAnnotations }),
    },
    data: { 'bitcoin-networks.json': `${JSON.stringify(dashboard(), undefined, 2)}\n` },
  });
}
