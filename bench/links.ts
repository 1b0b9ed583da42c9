import { readdirSync, readFileSync } from 'node:fs';
import type { KubeObject } from '../kube/index.ts';
import { Cluster, testNamespace } from '../test/framework/cluster.ts';
import { Informer } from '../test/framework/informer.ts';
import { createNetwork } from '../test/framework/network-client.ts';
import { isPodReady, restartCount, type Pod } from '../test/framework/pod.ts';
import { bitcoinNetworks, pods as podResource, secrets } from '../test/framework/resources.ts';
import { figure, load, summary, title } from './figures.ts';
import { LinkProbe } from './link-probe.ts';

const sizes = [3, 9, 17];
const rounds = 5;
const credentials = { user: 'bench', password: 'bench' };

/** How soon real nodes are connected. */
export async function links(): Promise<void> {
  title(
    'Ready to connected',
    'bitcoind on the virtual node; from the last pod being Ready on a watch until getpeerinfo, asked ' +
      'over RPC every 10 ms, shows every pair linked; then a pod is deleted, and a bitcoind killed',
  );
  await Cluster.use(async (cluster) => {
    const controller = await cluster.startController();
    await controller.waitUntilReady();
    await cluster.client.create(secrets, loginSecret());
    const mesh = new LinkProbe(credentials);
    for (const size of sizes) await measure(cluster, mesh, size);
    mesh.close();
  });
}

async function measure({ client }: Cluster, mesh: LinkProbe, size: number): Promise<void> {
  const created: Recovery[] = [];
  const deleted: Recovery[] = [];
  const killed: Recovery[] = [];
  for (let round = 0; round < rounds; round++) {
    const name = `mesh-${size}-${round}`;
    const pods = new Informer<Pod>(client, podResource, isPodReady);
    await pods.waitForSync();
    const recovery = async (begin: number, condition: () => boolean): Promise<Recovery> => {
      const readyAt = await pods.waitUntil(condition);
      const connectedAt = await mesh.waitForFullMesh(pods.list());
      return { ready: readyAt - begin, connected: connectedAt - readyAt };
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
    process.kill(bitcoindOf(pods.get(victim.metadata.name)!), 'SIGKILL');
    killed.push(await recovery(kill, () => pods.matchCount === size && restarts() > before));

    await client.delete(bitcoinNetworks, { namespace: testNamespace, name });
    await pods.waitUntil(() => pods.list().length === 0);
    await pods.stop();
  }
  print(`${size} nodes created`, created);
  print(`${size} nodes, a pod deleted`, deleted);
  print(`${size} nodes, a bitcoind killed`, killed);
}

/** In milliseconds. */
interface Recovery {
  /** From what was done until the last pod was Ready. */
  readonly ready: number;
  /** From then until every pair was linked. */
  readonly connected: number;
}

function print(what: string, recoveries: readonly Recovery[]): void {
  const connected = recoveries.map((recovery) => recovery.connected);
  const ready = recoveries.map((recovery) => recovery.ready);
  figure(`${what}, Ready to connected`, summary(connected, 'ms'));
  figure(`${what}, until Ready`, `${summary(ready, 'ms')}; load ${load()}`);
}

function loginSecret(): KubeObject & { readonly stringData: object } {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'rpc-credentials', namespace: testNamespace },
    stringData: { BC_RPC_USER: credentials.user, BC_RPC_PASSWORD: credentials.password },
  };
}

/** The process on this machine: the virtual node gives each pod's an address in its environment. */
function bitcoindOf({ status }: Pod): number {
  const variable = `BIND_ADDRESS=${status!.podIP!}`;
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
      if (environment.includes(variable) && /^b(itcoind|-init)/.test(name)) return pid;
    } catch {
      // Ended, or another user's.
    }
  }
  throw new Error(`no bitcoind runs with ${variable}`);
}
