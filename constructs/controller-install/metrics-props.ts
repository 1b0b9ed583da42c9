/** How Prometheus Operator scrapes the controller. */
export interface MonitorProps {
  /**
   * Time between two scrapes, such as `15s`.
   * @default that of Prometheus
   */
  readonly interval?: string;
  /**
   * Further labels of the monitor, by which a Prometheus selects it, such as `release: prometheus`.
   * @default none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * A Secret in the controller's namespace, and its key with the token that Prometheus sends, for
   * the authentication TokenReview.
   * @default the token of Prometheus itself; a podMonitor needs the Secret
   */
  readonly tokenSecret?: { readonly name: string; readonly key: string };
}

/** The alerts of Prometheus. */
export interface AlertsProps {
  /**
   * Further labels of the PrometheusRule, by which a Prometheus selects it, such as
   * `release: prometheus`.
   * @default none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Where the runbooks are published. The annotation runbook_url of an alert is this URL, a slash
   * and the name of the page, such as `BitcoinControllerDown.md`.
   * @default docs/runbooks, the folder in the repository
   */
  readonly runbookBase?: string;
}

/** The dashboard of Grafana. */
export interface DashboardProps {
  /**
   * Labels of the ConfigMap, by which the sidecar of Grafana finds it.
   * @default `grafana_dashboard: "1"`, the label that the sidecar of Grafana's chart looks for
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Further annotations of the ConfigMap, such as `grafana_folder: Bitcoin` for a sidecar whose
   * `folderAnnotation` is `grafana_folder`.
   * @default none
   */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The metrics of the controller. */
export interface MetricsProps {
  /**
   * Port of /metrics.
   * @default 8090
   */
  readonly port?: number;
  /**
   * Who may read metrics: every client that reaches the port, or clients whose token belongs to a
   * user with the ClusterRole bitcoin-controller-metrics-reader. The latter needs permissions in
   * the whole cluster.
   * @default None
   */
  readonly authentication?: 'None' | 'TokenReview';
  /**
   * Name of a Secret with tls.crt and tls.key, with which metrics are served over HTTPS. Monitors
   * also need its ca.crt, and the name `bitcoin-controller-metrics.NAMESPACE.svc` in the
   * certificate.
   * @default none: HTTP
   */
  readonly certificateSecret?: string;
  /**
   * Whether to create the Service bitcoin-controller-metrics.
   * @default true
   */
  readonly service?: boolean;
  /**
   * Creates a ServiceMonitor, which scrapes the pods behind the Service.
   * @default none
   */
  readonly serviceMonitor?: MonitorProps;
  /**
   * Creates a PodMonitor, which scrapes the pods without a Service.
   * @default none
   */
  readonly podMonitor?: MonitorProps;
  /**
   * Creates a PrometheusRule with the alerts of docs/runbooks/: `{}` without further labels. If one
   * Prometheus scrapes several controllers, create it for one of them only.
   * @default none
   */
  readonly alerts?: AlertsProps;
  /**
   * Creates a ConfigMap with the dashboard for Grafana: `{}` without further labels.
   * @default none
   */
  readonly dashboard?: DashboardProps;
}

/** The default port of /metrics. */
export const defaultMetricsPort = 8090;

/** The default labels of the dashboard. */
export const defaultDashboardLabels = { grafana_dashboard: '1' } as const;
