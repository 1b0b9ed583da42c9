import { parseArgs } from 'node:util';
import { controllerNamespace, healthPort } from '../constructs/controller-install/names.ts';
import { logLevels } from '../constructs/controller-install/props.ts';
import type { MetricsAddress } from './metrics/controller-metrics.ts';

/** The command-line options and environment of the controller. */
export interface Options {
  /** Kubeconfig file of --kubeconfig. */
  readonly kubeconfig: string | undefined;
  /** The only namespace to watch; undefined for all namespaces. */
  readonly watchNamespace: string | undefined;
  /** Namespace of the controller's Secret and Lease: POD_NAMESPACE, else that of dist/. */
  readonly namespace: string;
  /** Instance that events name: POD_NAME, else `bitcoin-controller`. */
  readonly instance: string;
  /**
   * Identity in the Lease: POD_NAME, which is unique among running processes, so that a restarted
   * container continues at once. Undefined for a generated one.
   */
  readonly identity: string | undefined;
  /** Address of /healthz and /readyz; all addresses if the host is undefined. */
  readonly health: { readonly host: string | undefined; readonly port: number };
  /** Address of /metrics; undefined if metrics are off. */
  readonly metrics: MetricsAddress | undefined;
  /** Log level, from LOG_LEVEL: trace, debug, info, warn or error. */
  readonly logLevel: string;
}

export const usage = `usage: controller/main.js [--kubeconfig FILE] [--namespace NAME]
         [--health-port PORT] [--metrics-port PORT [--metrics-auth MODE]
         [--metrics-cert-dir FOLDER]]

Runs the controller of BitcoinNetworks on the cluster of --kubeconfig, else of
KUBECONFIG, else of the pod that it runs in.

  --kubeconfig FILE    kubeconfig file of the cluster
  --namespace NAME     watch this namespace only (a Role is sufficient);
                       default: all namespaces
  --health-port PORT   port of /healthz and /readyz (${healthPort})
  --metrics-port PORT  port of /metrics (0: no metrics)
  --metrics-auth MODE  who may read metrics: none (everyone) or tokenreview (users
                       who may get the URL /metrics in the cluster) (none)
  --metrics-cert-dir FOLDER
                       serve metrics over HTTPS with tls.crt and tls.key

Environment: KUBECONFIG, LOG_LEVEL (info), BIND_ADDRESS (all), HTTPS_PROXY and
NO_PROXY, and from the pod POD_NAME and POD_NAMESPACE (${controllerNamespace})`;

/**
 * Parses the command line.
 *
 * @param args the arguments after the program's name
 * @returns undefined if --help is given
 * @throws Error that names the invalid argument and the fix
 */
export function parseOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kubeconfig: { type: 'string' },
      namespace: { type: 'string' },
      'health-port': { type: 'string' },
      'metrics-port': { type: 'string' },
      'metrics-auth': { type: 'string' },
      'metrics-cert-dir': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const port = parsePort('--health-port', values['health-port'] ?? String(healthPort));
  if (
    values.namespace !== undefined &&
    !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(values.namespace)
  ) {
    throw new Error(`--namespace ${values.namespace}: use the name of one namespace`);
  }
  const { LOG_LEVEL: logLevel = 'info' } = env;
  if (!logLevels.some((level) => level === logLevel)) {
    throw new Error(`LOG_LEVEL=${logLevel}: use one of ${logLevels.join(', ')}`);
  }
  return {
    kubeconfig: values.kubeconfig,
    watchNamespace: values.namespace,
    namespace: env.POD_NAMESPACE ?? controllerNamespace,
    instance: env.POD_NAME ?? 'bitcoin-controller',
    identity: env.POD_NAME,
    health: { host: env.BIND_ADDRESS, port },
    metrics: metricsAddress(values, env.BIND_ADDRESS),
    logLevel,
  };
}

/** The arguments that concern metrics. */
interface MetricsArguments {
  readonly 'metrics-port'?: string | undefined;
  readonly 'metrics-auth'?: string | undefined;
  readonly 'metrics-cert-dir'?: string | undefined;
}

function metricsAddress(
  values: MetricsArguments,
  host: string | undefined,
): MetricsAddress | undefined {
  const { 'metrics-auth': auth = 'none', 'metrics-cert-dir': certificateFolder } = values;
  if (auth !== 'none' && auth !== 'tokenreview') {
    throw new Error(`--metrics-auth ${auth}: use none or tokenreview`);
  }
  const port = parsePort('--metrics-port', values['metrics-port'] ?? '0');
  return port === 0
    ? undefined
    : { host, port, authenticates: auth === 'tokenreview', certificateFolder };
}

function parsePort(name: string, text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${name} ${text}: use a number from 0 to 65535`);
}
