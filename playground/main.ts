import { delimiter, join } from 'node:path';
import { access } from 'node:fs/promises';
import { KubeClient, loadKubeConfig } from '../kube/index.ts';
import { createExample, installController } from './install.ts';
import { describeNetwork, followNetworks, isConnected, type Network } from './network-watch.ts';
import { untilPodsRunAgain } from './pod-restart.ts';
import { PlaygroundError } from './playground-error.ts';
import { Playground } from './playground.ts';
import { readSettings, usage } from './settings.ts';
import { terminalReporter, type Reporter } from './reporter.ts';

/** A second signal within this many milliseconds is the same Ctrl-C, forwarded by npm. */
const sameSignal = 1_000;

/** The first of the signals that ask to stop; a later one ends this process and all it started. */
function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        asked ??= performance.now();
        if (performance.now() - asked > sameSignal) process.exit(1);
        resolve();
      });
    }
  });
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const looks = folders.map((folder) => access(join(folder, program)));
  return (await Promise.allSettled(looks)).some(({ status }) => status === 'fulfilled');
}

async function printWhatToTry(playground: Playground): Promise<void> {
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
  process.stdout.write(
    `\nIn another terminal:\n\n${lines.map((line) => `  ${line}\n`).join('')}\n`,
  );
}

/** A client for the playground's API. */
function connect(playground: Playground): KubeClient {
  const kubeConfig = loadKubeConfig({ flag: playground.kubeconfig });
  return KubeClient.fromKubeConfig(kubeConfig, { userAgent: 'playground' });
}

/** Says what becomes of each network, a line for each change, until the signal is aborted. */
async function tellNetworks(
  client: KubeClient,
  reporter: Reporter,
  onConnected: () => void,
  signal: AbortSignal,
): Promise<void> {
  const told = new Map<string, string>();
  const tell = (network: Network): void => {
    const line = describeNetwork(network);
    if (told.get(network.metadata.uid ?? '') === line) return;
    told.set(network.metadata.uid ?? '', line);
    reporter.info(line);
    if (isConnected(network)) onConnected();
  };
  await followNetworks(client, tell, signal);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

/** Seconds after which what to try is printed even though no network is connected. */
const patience = 30;

async function run(): Promise<void> {
  const { help, debug, ...options } = readSettings(process.argv.slice(2));
  if (help) {
    process.stdout.write(usage);
    return;
  }
  const reporter = terminalReporter(process.stdout, debug);
  const asked = untilAskedToStop();
  const stopTelling = new AbortController();
  let isNew = false;
  const starting = Playground.start({
    ...options,
    reporter,
    whenServing: async (playground) => {
      await installController(playground);
      reporter.info('controller installed');
      isNew = await createExample(playground.state, connect(playground));
      if (isNew) reporter.info('example network created');
    },
  });
  starting.catch(() => undefined);
  let playground: Playground | undefined;
  try {
    const running = await Promise.race([starting, asked.then(() => undefined)]);
    if (!running) {
      reporter.info('stopped while starting');
      return;
    }
    playground = running;
    const work = async (): Promise<void> => {
      const client = connect(running);
      const { signal } = stopTelling;
      const patient = AbortSignal.any([signal, AbortSignal.timeout(patience * 1000)]);
      if (!isNew) {
        await untilPodsRunAgain(client, running.startedAt, patient).catch(() => undefined);
        reporter.info('pods run again');
      }
      const connected = new Promise<void>((resolve) => {
        void tellNetworks(client, reporter, resolve, signal);
      });
      await Promise.race([connected, untilAborted(patient)]);
      await printWhatToTry(running);
      await asked;
    };
    await Promise.race([work(), asked, running.failed]);
  } finally {
    stopTelling.abort();
    if (playground) {
      reporter.info('stopping');
      await playground.stop();
      reporter.info(
        `stopped. Its state is kept in ${playground.state.folder}; npm run playground -- --reset starts over`,
      );
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
