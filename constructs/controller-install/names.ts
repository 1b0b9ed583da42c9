/** Namespace of the controller and of its own objects, unless it watches one namespace only. */
export const controllerNamespace = 'bitcoin-controller';

/** The controller's ServiceAccount. */
export const serviceAccountName = 'bitcoin-controller-sva';

/** The controller's ClusterRole and Role, and their bindings. */
export const roleName = 'bitcoin-controller-role';

/** Service of /metrics. */
export const metricsService = 'bitcoin-controller-metrics';

/** ConfigMap with the dashboard of Grafana. */
export const dashboardConfigMap = 'bitcoin-controller-dashboard';

/** The ClusterRole for those who read metrics that TokenReview protects. */
export const metricsReaderRole = 'bitcoin-controller-metrics-reader';

/** The ClusterRole by which the controller reviews their tokens, and its binding. */
export const metricsReviewRole = 'bitcoin-controller-metrics-review';

/** Secret in the controller's namespace with the key from which all RPC credentials derive. */
export const masterKeySecret = 'bitcoin-controller-key';

/** Lease in the controller's namespace, whose holder is the leader. */
export const leaseName = 'bitcoin-controller';

/** Port of /healthz and /readyz. */
export const healthPort = 8080;
