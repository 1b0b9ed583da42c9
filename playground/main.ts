import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { KubeClient, loadKubeConfig } from '../kube/index.ts';
import { createExample, installController } from './install.ts';
import { describeNetwork, isConnected, watchNetworks, type Network } from './network-watch.ts';
import { PlaygroundError } from './playground-error.ts';
import { Playground } from './playground.ts';
import { untilPodsRestarted } from './pod-restart.ts';
import { reporterLogger, terminalReporter, type Reporter } from './reporter.ts';
import { readSettings, usage } from './settings.ts';

/** A second signal within this many milliseconds is the same Ctrl-C, forwarded by npm. */
const sameSignal = 1_000;
/** Seconds after which the example commands are printed even if no network is connected. */
const timeout = 30;

/** Waits for the first signal that requests a stop. A later signal exits at once. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let receivedAt: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        receivedAt ??= performance.now();
        if (performance.now() - receivedAt > sameSignal) process.exit(1);
        resolve();
      });
    }
  });
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const checks = folders.map((folder) => access(join(folder, program)));
  return (await Promise.allSettled(checks)).some(({ status }) => status === 'fulfilled');
}

async function printExamples(playground: Playground): Promise<void> {
  const kubectl = (await isOnPath('kubectl')) ? [] : [`alias kubectl=${playground.kubectl}`];
  const lines = [
    `export KUBECONFIG=${playground.kubeconfig}`,
    ...kubectl,
    '',
    'kubectl get bitcoinnetworks --watch',
    'kubectl get pods -o wide',
    'kubectl exec example-sts-0 -- bitcoin-cli -regtest -conf=/bitcoin.conf getpeerinfo',
    'kubectl scale bitcoinnetwork example --replicas=4',
    'kubectl logs -n bitcoin-controller deployment/bitcoin-controller',
  ];
  const text = lines.map((line) => (line === '' ? '\n' : `  ${line}\n`)).join('');
  process.stdout.write(
    `\nTry these commands in another terminal; Ctrl-C stops the playground:\n\n${text}\n`,
  );
}

function connect(playground: Playground): KubeClient {
  const kubeConfig = loadKubeConfig({ flag: playground.kubeconfig });
  return KubeClient.fromKubeConfig(kubeConfig, { userAgent: 'playground' });
}

/** Reports each network when its state changes, until the signal is aborted. */
async function reportNetworks(
  client: KubeClient,
  reporter: Reporter,
  onConnected: () => void,
  signal: AbortSignal,
): Promise<void> {
  const reported = new Map<string, string>();
  const report = (network: Network): void => {
    const line = describeNetwork(network);
    if (reported.get(network.metadata.uid ?? '') === line) return;
    reported.set(network.metadata.uid ?? '', line);
    reporter.info(line);
    if (isConnected(network)) onConnected();
  };
  await watchNetworks(client, reporterLogger(reporter), report, signal);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

async function run(): Promise<void> {
  const { help, debug, ...options } = readSettings(process.argv.slice(2));
  if (help) {
    process.stdout.write(usage);
    return;
  }
  const reporter = terminalReporter(process.stdout, debug);
  const stopRequested = untilSignal();
  const stopReports = new AbortController();
  let isNew = false;
  const starting = Playground.start({
    ...options,
    reporter,
    whenServing: async (playground) => {
      await installController(playground);
      reporter.info('installed the controller');
      isNew = await createExample(playground.state, connect(playground));
      if (isNew) reporter.info('created the network example');
    },
  });
  starting.catch(() => undefined);
  let playground: Playground | undefined;
  try {
    const running = await Promise.race([starting, stopRequested.then(() => undefined)]);
    if (!running) {
      reporter.info('stopped before the playground was ready');
      return;
    }
    playground = running;
    const work = async (): Promise<void> => {
      const client = connect(running);
      const { signal } = stopReports;
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]);
      if (!isNew) {
        const { startedAt } = running;
        const log = reporterLogger(reporter);
        const outcome = await untilPodsRestarted(client, log, startedAt, deadline).then(
          () => 'restarted the pods',
          () => `some pods have not restarted after ${timeout} s; see kubectl get pods -A`,
        );
        if (signal.aborted) return;
        reporter.info(outcome);
      }
      const connected = new Promise<void>((resolve) => {
        void reportNetworks(client, reporter, resolve, signal);
      });
      await Promise.race([connected, untilAborted(deadline)]);
      if (signal.aborted) return;
      await printExamples(running);
      await stopRequested;
    };
    await Promise.race([work(), stopRequested, running.failed]);
  } finally {
    stopReports.abort();
    if (playground) {
      reporter.info('stopping the pods and the servers');
      await playground.stop();
      reporter.info(`stopped; the state remains in ${playground.state.folder} (--reset erases it)`);
    }
  }
}

try {
  await run();
  process.exit(0);
} catch (error) {
  process.stderr.write(
    `playground: ${error instanceof PlaygroundError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exit(1);
}
