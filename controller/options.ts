import { parseArgs } from 'node:util';
import { controllerNamespace, healthPort } from '../constructs/controller-install/names.ts';
import { logLevels } from '../constructs/controller-install/props.ts';

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
  /** Log level, from LOG_LEVEL: trace, debug, info, warn or error. */
  readonly logLevel: string;
}

export const usage = `usage: controller/main.js [--kubeconfig FILE] [--namespace NAME] [--health-port PORT]

Runs the controller of BitcoinNetworks on the cluster of --kubeconfig, else of
KUBECONFIG, else of the pod that it runs in.

  --kubeconfig FILE    kubeconfig file of the cluster
  --namespace NAME     watch this namespace only (a Role is sufficient);
                       default: all namespaces
  --health-port PORT   port of /healthz and /readyz (${healthPort})

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
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const port = Number(values['health-port'] ?? healthPort);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--health-port ${values['health-port']!}: use a number from 0 to 65535`);
  }
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
    logLevel,
  };
}
