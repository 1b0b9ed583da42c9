import { pino } from 'pino';
import { controllerName } from '../constructs/bitcoin-network/labels.ts';
import { leaseName, masterKeySecret } from '../constructs/controller-install/names.ts';
import { apiGroup } from '../crds/api-group.ts';
import { loadKubeConfig } from '../kube/config/kube-config.ts';
import { Manager } from '../kube/manager.ts';
import type { Logger } from '../kube/runtime/logger.ts';
import { Controller } from './bitcoin-network/controller.ts';
import { waitForMasterKey } from './credentials/master-key.ts';
import type { ControllerMetrics } from './metrics/controller-metrics.ts';
import { parseOptions, usage, type Options } from './options.ts';

/** Runs the controller until SIGTERM or SIGINT. */
async function run(options: Options, log: Logger): Promise<void> {
  const { namespace, identity, health } = options;
  const metrics = options.metrics && (await loadMetrics());
  const manager = new Manager({
    name: leaseName,
    ...{ namespace, identity, health, log, metrics: metrics?.kube },
    kubeConfig: loadKubeConfig({ flag: options.kubeconfig }),
    reportingController: `${apiGroup}/${controllerName}`,
    reportingInstance: options.instance,
  });
  const { client, recorder, guard } = manager;
  const key = { namespace, name: masterKeySecret };
  const controller = new Controller({
    ...{ client, recorder, guard, log, metrics: metrics?.kube, onRpc: metrics?.onRpc },
    namespace: options.watchNamespace,
    install: namespace,
    loadMasterKey: (signal) => waitForMasterKey(client, key, { log, signal }),
  });
  // A standby watches too, so that it takes over at once.
  for (const [name, cache] of Object.entries(controller.caches)) manager.addCache(name, cache);
  manager.add(controller);
  const server =
    options.metrics &&
    (await metrics?.serve(options.metrics, controller, manager.unguardedClient, log));
  try {
    await manager.start();
  } finally {
    await server?.close();
  }
}

/** Loads the metrics and their library, which take memory. */
async function loadMetrics(): Promise<ControllerMetrics> {
  const { ControllerMetrics } = await import('./metrics/controller-metrics.ts');
  return ControllerMetrics.load();
}

let options: Options | undefined;
try {
  options = parseOptions(process.argv.slice(2), process.env);
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`);
  process.exit(2);
}
if (!options) {
  console.log(usage);
} else {
  const log = pino({ level: options.logLevel, base: null });
  try {
    await run(options, log);
  } catch (err) {
    log.fatal({ err }, 'controller failed');
    process.exitCode = 1;
  }
}
