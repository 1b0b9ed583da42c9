import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { alertRules } from '../monitoring/rules.ts';
import type { InstallContext } from './install-context.ts';
import type { AlertsProps } from './metrics-props.ts';

/** The PrometheusRule with all alerts, for Prometheus Operator. */
export function prometheusRule(
  scope: Construct,
  { metadata, namespace }: InstallContext,
  { labels, runbookBase }: AlertsProps,
): ApiObject {
  return new ApiObject(scope, 'alerts', {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name: 'bitcoin-controller',
      namespace,
      ...metadata,
      labels: { ...labels, ...metadata.labels },
    },
    spec: alertRules(runbookBase),
  });
}
