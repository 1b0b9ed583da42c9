import { readdirSync, readFileSync } from 'node:fs';
import type { KubeObject } from '../kube/index.ts';
import { Cluster, testNamespace } from '../test/framework/cluster.ts';
import { Informer } from '../test/framework/informer.ts';
import { createNetwork } from '../test/framework/network-client.ts';
import { isPodReady, restartCount, type Pod } from '../test/framework/pod.ts';
import { bitcoinNetworks, pods as podResource, secrets } from '../test/framework/resources.ts';
import { loadAverage, printFigure, printTitle, summary } from './figures.ts';
import { LinkProbe } from './link-probe.ts';

const sizes = [3, 9, 17];
const rounds = 5;
const credentials = { user: 'bench', password: 'bench' };

/** Measures how soon real nodes are linked after they are Ready. */
export async function links(): Promise<void> {
  printTitle(
    'time from Ready to fully linked',
    "bitcoind on the playground's node; time from the event that the last pod is Ready until " +
      'getpeerinfo, polled over RPC every 10 ms, lists a link between every two nodes; measured ' +
      'after the creation of a network, the deletion of a pod, and the end of a bitcoind by SIGKILL',
  );
  await Cluster.use(async (cluster) => {
    const controller = await cluster.startController();
    await controller.waitUntilReady();
    await cluster.client.create(secrets, credentialsSecret());
    const probe = new LinkProbe(credentials);
    for (const size of sizes) await measure(cluster, probe, size);
    probe.close();
  });
}

async function measure({ client }: Cluster, probe: LinkProbe, size: number): Promise<void> {
  const created: Recovery[] = [];
  const deleted: Recovery[] = [];
  const killed: Recovery[] = [];
  for (let round = 0; round < rounds; round++) {
    const name = `mesh-${size}-${round}`;
    const pods = new Informer<Pod>(client, podResource, isPodReady);
    await pods.waitForSync();
    const recovery = async (begin: number, condition: () => boolean): Promise<Recovery> => {
      const readyAt = await pods.waitUntil(condition);
      const linkedAt = await probe.waitForFullMesh(pods.list());
      return { ready: readyAt - begin, linked: linkedAt - readyAt };
    };

    const creation = performance.now();
    await createNetwork(client, name, { nodes: size, secret: 'rpc-credentials' });
    created.push(await recovery(creation, () => pods.matchCount === size));

    const victim = pods.get(`${name}-sts-1`)!;
    const { uid } = victim.metadata;
    const isNew = () => pods.get(victim.metadata.name)?.metadata.uid !== uid;
    const deletion = performance.now();
    await client.delete(podResource, victim.metadata);
    deleted.push(await recovery(deletion, () => pods.matchCount === size && isNew()));

    const restarts = () => restartCount(pods.get(victim.metadata.name)!);
    const before = restarts();
    const kill = performance.now();
    process.kill(bitcoindPid(pods.get(victim.metadata.name)!), 'SIGKILL');
    killed.push(await recovery(kill, () => pods.matchCount === size && restarts() > before));

    await client.delete(bitcoinNetworks, { namespace: testNamespace, name });
    await pods.waitUntil(() => pods.list().length === 0);
    await pods.stop();
  }
  printRecovery(`${size} nodes, after the creation`, created);
  printRecovery(`${size} nodes, after a pod was deleted`, deleted);
  printRecovery(`${size} nodes, after a bitcoind was killed`, killed);
}

/** The stages of a recovery in milliseconds. */
interface Recovery {
  /** From the fault until the last pod was Ready. */
  readonly ready: number;
  /** From then until every two nodes were linked. */
  readonly linked: number;
}

function printRecovery(name: string, recoveries: readonly Recovery[]): void {
  const linked = recoveries.map((recovery) => recovery.linked);
  const ready = recoveries.map((recovery) => recovery.ready);
  printFigure(`${name}, from Ready to fully linked`, summary(linked, 'ms'));
  printFigure(`${name}, until Ready`, `${summary(ready, 'ms')}; load ${loadAverage()}`);
}

function credentialsSecret(): KubeObject & { readonly stringData: object } {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'rpc-credentials', namespace: testNamespace },
    stringData: { BC_RPC_USER: credentials.user, BC_RPC_PASSWORD: credentials.password },
  };
}

/** Finds the process of a pod by its address, which the playground sets in its environment. */
function bitcoindPid({ status }: Pod): number {
  const variable = `BIND_ADDRESS=${status!.podIP!}`;
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
      if (environment.includes(variable) && /^b(itcoind|-init)/.test(name)) return pid;
    } catch {
      // The process has ended or belongs to another user.
    }
  }
  throw new Error(`no bitcoind runs with ${variable}`);
}
