import { pino } from 'pino';
import { controllerName } from '../constructs/bitcoin-network/labels.ts';
import { leaseName, masterKeySecret } from '../constructs/controller-install/names.ts';
import { apiGroup } from '../crds/api-group.ts';
import { KubeClient } from '../kube/client/client.ts';
import { sleep, systemClock } from '../kube/runtime/clock.ts';
import { EventRecorder } from '../kube/events/recorder.ts';
import { serveHealth } from '../kube/health/server.ts';
import { loadKubeConfig } from '../kube/config/kube-config.ts';
import { LeaderElection } from '../kube/leader-election/leader-election.ts';
import type { Logger } from '../kube/runtime/logger.ts';
import { Controller } from './bitcoin-network/controller.ts';
import { loadMasterKey } from './credentials/master-key.ts';
import { parseOptions, usage, type Options } from './options.ts';

/**
 * Milliseconds until the API server is asked again for what the controller cannot start without.
 */
const startRetry = 2_000;

/** Milliseconds that events which were not sent yet have at the end. */
const flushTimeout = 5_000;

async function run(options: Options, log: Logger): Promise<void> {
  const client = KubeClient.fromKubeConfig(loadKubeConfig({ flag: options.kubeconfig }), {
    userAgent: controllerName,
  });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      stop.abort();
    });
  }
  const election = new LeaderElection({
    client,
    namespace: options.namespace,
    name: leaseName,
    identity: options.identity,
    log,
  });
  const guarded = client.withGuard(election.guard);
  const recorder = new EventRecorder({
    client: guarded,
    reportingController: `${apiGroup}/${controllerName}`,
    reportingInstance: options.instance,
    log,
  });
  let controller: Controller | undefined;
  const health = await serveHealth({
    ...options.health,
    healthz: {
      lease: () => !election.leaseExpired,
      working: async () => {
        for (const check of controller?.healthz ?? []) if (!(await check())) return false;
        return true;
      },
    },
    // One that waits for the Lease is ready to take over.
    readyz: { working: () => controller?.ready ?? election.isStandby },
  });
  const work = async (signal: AbortSignal) => {
    const masterKey = await masterKeyWithRetry(guarded, options.namespace, log, signal);
    const { guard } = election;
    controller = new Controller({
      client: guarded,
      namespace: options.watchNamespace,
      masterKey,
      recorder,
      guard,
      log,
    });
    log.info({}, 'running');
    await controller.run(signal);
    const tooLong = sleep(systemClock, flushTimeout);
    await Promise.race([recorder.flush(), tooLong]);
  };
  try {
    await election.run(work, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    await client.close();
    await health.close();
  }
  log.info({}, 'stopped');
}

/** Waits for an API server that is not there yet, as when both start together. */
async function masterKeyWithRetry(
  client: KubeClient,
  namespace: string,
  log: Logger,
  signal: AbortSignal,
): Promise<Buffer> {
  for (;;) {
    try {
      return await loadMasterKey(client, { namespace, name: masterKeySecret }, signal);
    } catch (err) {
      signal.throwIfAborted();
      log.error({ err, namespace, secret: masterKeySecret }, 'no master key yet');
    }
    await sleep(systemClock, startRetry, signal);
  }
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
    log.fatal({ err }, 'the controller ends');
    process.exitCode = 1;
  }
}
