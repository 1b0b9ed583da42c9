import type { k8s } from 'cdk8s-plus-27';
import type { MetricsProps } from './metrics-props.ts';

/** The log levels of the controller, from most to least verbose. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** Quantities of a container, such as `{ cpu: '50m', memory: '128Mi' }`. */
export type Quantities = Readonly<Partial<Record<'cpu' | 'memory', string>>>;

/** The options of `ControllerInstall`. */
export interface ControllerInstallProps {
  /**
   * Image of the controller, as the project's Dockerfile builds it.
   * @default `defaultControllerImage`, the image of this version
   */
  readonly image?: string;
  /**
   * Names of Secrets with credentials for the registry of the image.
   * @default none
   */
  readonly imagePullSecrets?: readonly string[];
  /**
   * The existing namespace in which the controller runs. The manifests then contain no Namespace.
   * @default `bitcoin-controller`, which the manifests create
   */
  readonly namespace?: string;
  /**
   * What the controller watches: all namespaces, or only the one in which it runs. In the latter
   * case the manifests contain no cluster-wide permissions. No other controller may watch the same
   * namespace.
   * @default Namespace if `namespace` is given, otherwise Cluster
   */
  readonly scope?: 'Cluster' | 'Namespace';
  /**
   * The number of pods. One of them manages the networks. The others keep their caches current and
   * replace it within seconds.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Resources of the container.
   * @default requests of 50m and 128Mi, and a memory limit of 512Mi
   */
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
  /** @default info */
  readonly logLevel?: LogLevel;
  /**
   * Serves Prometheus metrics: `{}` on port 8090, to everyone.
   * @default none
   */
  readonly metrics?: MetricsProps;
  /**
   * Labels that a Kubernetes node must have to run the controller.
   * @default none
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * Taints of Kubernetes nodes on which the controller may run.
   * @default none
   */
  readonly tolerations?: readonly k8s.Toleration[];
  /**
   * Rules for the Kubernetes nodes on which the controller runs.
   * @default none
   */
  readonly affinity?: k8s.Affinity;
  /**
   * Name of the PriorityClass of the pods.
   * @default none
   */
  readonly priorityClassName?: string;
  /**
   * Labels of every object and of the pods. Those that the construct sets take precedence.
   * @default none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Annotations of every object and of the pods.
   * @default none
   */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The default image of the controller, whose tag is the version of the package. */
export const defaultControllerImage = 'localhost/bitcoin-controller:0.1.0';

/** The default resources of the container. */
export const defaultResources = {
  limits: { memory: '512Mi' },
  requests: { cpu: '50m', memory: '128Mi' },
} as const;
