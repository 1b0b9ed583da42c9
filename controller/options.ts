import { parseArgs } from 'node:util';
import { controllerNamespace, healthPort } from '../constructs/controller-install/names.ts';

/** How the controller was asked to run. */
export interface Options {
  /** Kubeconfig file of --kubeconfig. */
  readonly kubeconfig: string | undefined;
  /** The only namespace whose networks it works for; undefined for every one. */
  readonly watchNamespace: string | undefined;
  /** Namespace of its own Secret and Lease: POD_NAMESPACE, else where dist/ installs it. */
  readonly namespace: string;
  /** Its name in events: POD_NAME, else `bitcoin-controller`. */
  readonly instance: string;
  /**
   * Its name in the Lease: POD_NAME, which no two processes have at a time, so that a restarted
   * container goes on at once. Elsewhere it is made up.
   */
  readonly identity: string | undefined;
  /** Where /healthz and /readyz are served; by default on every address. */
  readonly health: { readonly host: string | undefined; readonly port: number };
  /** Level of the log, LOG_LEVEL: trace, debug, info, warn or error. */
  readonly logLevel: string;
}

export const usage = `usage: controller/main.js [--kubeconfig FILE] [--namespace NAME] [--health-port PORT]

Runs the controller of BitcoinNetworks on the cluster of --kubeconfig, else of
KUBECONFIG, else of the pod it runs in.

  --kubeconfig FILE    how to reach the cluster
  --namespace NAME     work for the networks of this namespace alone, where
                       Roles suffice; by default for those of every namespace
  --health-port PORT   port of /healthz and /readyz (${healthPort})

Environment: KUBECONFIG, LOG_LEVEL (info), BIND_ADDRESS (all), and from the
pod POD_NAME and POD_NAMESPACE (${controllerNamespace})`;

/**
 * @param args what follows the program's name
 * @returns undefined if help was asked for
 * @throws Error that says what is wrong with the arguments
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
    throw new Error(`--health-port ${values['health-port']!}: give a number from 0 to 65535`);
  }
  if (
    values.namespace !== undefined &&
    !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(values.namespace)
  ) {
    throw new Error(`--namespace ${values.namespace}: give the name of one namespace`);
  }
  return {
    kubeconfig: values.kubeconfig,
    watchNamespace: values.namespace,
    namespace: env.POD_NAMESPACE ?? controllerNamespace,
    instance: env.POD_NAME ?? 'bitcoin-controller',
    identity: env.POD_NAME,
    health: { host: env.BIND_ADDRESS, port },
    logLevel: env.LOG_LEVEL ?? 'info',
  };
}
