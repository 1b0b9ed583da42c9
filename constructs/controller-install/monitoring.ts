import { ApiObject } from 'cdk8s';
import { ApiResource, ClusterRole, ClusterRoleBinding, NonApiResource } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { dashboardOf } from './dashboard.ts';
import type { InstallContext } from './install-context.ts';
import { defaultMetricsPort, type MetricsProps, type MonitorProps } from './metrics-props.ts';
import { metricsReviewRole, metricsReaderRole, metricsService } from './names.ts';
import { prometheusRule } from './prometheus-rule.ts';

/**
 * The objects by which metrics are found and protected: permissions for TokenReview, a Service,
 * monitors and alerts of Prometheus Operator, and a dashboard of Grafana.
 */
export function monitoring(
  scope: Construct,
  context: InstallContext,
  metrics: MetricsProps,
): Construct[] {
  const { authentication, service = true, serviceMonitor, podMonitor } = metrics;
  const { alerts, dashboard } = metrics;
  return [
    ...(authentication === 'TokenReview' ? reviewRoles(scope, context) : []),
    ...(service ? [serviceOf(scope, context, metrics)] : []),
    ...(serviceMonitor ? [serviceMonitorOf(scope, context, metrics, serviceMonitor)] : []),
    ...(podMonitor ? [podMonitorOf(scope, context, metrics, podMonitor)] : []),
    ...(alerts ? [prometheusRule(scope, context, alerts)] : []),
    ...(dashboard ? [dashboardOf(scope, context, dashboard)] : []),
  ];
}

/**
 * The permissions of the controller to review tokens, and a ClusterRole for those who read metrics.
 */
function reviewRoles(scope: Construct, { metadata, account }: InstallContext): Construct[] {
  const reviews = { name: metricsReviewRole, ...metadata };
  const role = new ClusterRole(scope, 'metrics-review-role', { metadata: reviews });
  const review = (apiGroup: string, resourceType: string) =>
    ApiResource.custom({ apiGroup, resourceType });
  role.allow(['create'], review('authentication.k8s.io', 'tokenreviews'));
  role.allow(['create'], review('authorization.k8s.io', 'subjectaccessreviews'));
  const binding = new ClusterRoleBinding(scope, 'metrics-review-binding', {
    metadata: reviews,
    role,
  });
  binding.addSubjects(account);
  const reader = new ClusterRole(scope, 'metrics-reader', {
    metadata: { name: metricsReaderRole, ...metadata },
  });
  reader.allow(['get'], NonApiResource.of('/metrics'));
  return [role, binding, reader];
}

function serviceOf(
  scope: Construct,
  { metadata, namespace }: InstallContext,
  { port = defaultMetricsPort }: MetricsProps,
): ApiObject {
  return new ApiObject(scope, 'metrics-service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: metricsService, namespace, ...metadata },
    spec: {
      selector: selectorOf(metadata),
      ports: [{ name: 'metrics', port, protocol: 'TCP', targetPort: 'metrics' }],
    },
  });
}

function serviceMonitorOf(
  scope: Construct,
  context: InstallContext,
  metrics: MetricsProps,
  monitor: MonitorProps,
): ApiObject {
  const { tokenSecret } = monitor;
  const ownToken = metrics.authentication === 'TokenReview' && !tokenSecret;
  const endpoint = {
    ...endpointOf(context, metrics, monitor),
    ...(ownToken && {
      bearerTokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token',
    }),
  };
  return monitorOf(scope, context, 'ServiceMonitor', monitor, { endpoints: [endpoint] });
}

function podMonitorOf(
  scope: Construct,
  context: InstallContext,
  metrics: MetricsProps,
  monitor: MonitorProps,
): ApiObject {
  const podMetricsEndpoints = [endpointOf(context, metrics, monitor)];
  return monitorOf(scope, context, 'PodMonitor', monitor, { podMetricsEndpoints });
}

function monitorOf(
  scope: Construct,
  { metadata, namespace }: InstallContext,
  kind: 'ServiceMonitor' | 'PodMonitor',
  { labels }: MonitorProps,
  endpoints: object,
): ApiObject {
  return new ApiObject(scope, kind, {
    apiVersion: 'monitoring.coreos.com/v1',
    kind,
    metadata: {
      name: 'bitcoin-controller',
      namespace,
      ...metadata,
      labels: { ...labels, ...metadata.labels },
    },
    spec: { selector: { matchLabels: selectorOf(metadata) }, ...endpoints },
  });
}

/** The fields that an endpoint of either kind has. */
function endpointOf(
  { namespace }: InstallContext,
  { authentication, certificateSecret }: MetricsProps,
  { interval, tokenSecret }: MonitorProps,
) {
  const ca = { secret: { name: certificateSecret, key: 'ca.crt' } };
  return {
    port: 'metrics',
    path: '/metrics',
    // The labels namespace and pod of a metric name the network and its node, not the controller.
    honorLabels: true,
    ...(interval !== undefined && { interval }),
    ...(certificateSecret !== undefined && {
      scheme: 'https',
      tlsConfig: { ca, serverName: `${metricsService}.${namespace}.svc` },
    }),
    ...(authentication === 'TokenReview' &&
      tokenSecret && { authorization: { credentials: tokenSecret } }),
  };
}

function selectorOf({ labels }: InstallContext['metadata']) {
  const name = 'app.kubernetes.io/name';
  return { [name]: labels[name] };
}
