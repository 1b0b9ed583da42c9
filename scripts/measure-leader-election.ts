/**
 * Two processes and one Lease on the cluster of KUBECONFIG: how long a handover takes, and whether a
 * frozen leader writes when it wakes.
 *
 *   KUBECONFIG=... node scripts/measure-leader-election.ts [rounds]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { KubeClient } from '../kube/client/client.ts';
import { loadKubeConfig } from '../kube/config/kube-config.ts';
import { configMaps } from '../test/kube/resources.ts';

interface Told {
  readonly identity: string;
  readonly fact: string;
  readonly at: number;
}

const namespace = `leader-election-${process.pid}`;
const namespaces = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const client = KubeClient.fromKubeConfig(loadKubeConfig(), { userAgent: 'measure' });
const told: Told[] = [];
const children = new Map<string, ChildProcess>();
let started = 0;

function start(): string {
  const identity = `contender-${started++}`;
  const script = fileURLToPath(new URL('lease-contender.ts', import.meta.url));
  const child = spawn(process.execPath, [script, namespace, identity], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.set(identity, child);
  createInterface({ input: child.stdout }).on('line', (line) => {
    told.push(JSON.parse(line) as Told);
  });
  return identity;
}

async function until(identity: string, fact: string): Promise<Told> {
  for (;;) {
    const found = told.find((one) => one.identity === identity && one.fact === fact);
    if (found) return found;
    await wait(5);
  }
}

const factsOf = (identity: string, fact: string) =>
  told.filter((one) => one.identity === identity && one.fact === fact);

async function handover(signal: 'SIGTERM' | 'SIGKILL', leader: string): Promise<string> {
  const next = start();
  await wait(3_000);
  const at = Date.now();
  children.get(leader)!.kill(signal);
  const { at: leads } = await until(next, 'leading');
  const last = factsOf(leader, 'wrote').at(-1)!.at;
  console.log(
    `${signal}: the next leads after ${leads - at} ms; last write ${leads - last} ms before`,
  );
  return next;
}

/** Writes of the frozen one that arrived after the next one's first, as its connection shows them. */
async function freeze(leader: string): Promise<string> {
  const next = start();
  await wait(3_000);
  const frozen = children.get(leader)!;
  const before = factsOf(leader, 'wrote').length;
  const at = Date.now();
  frozen.kill('SIGSTOP');
  const { at: leads } = await until(next, 'leading');
  await wait(3_000);
  let stale = 0;
  const abort = new AbortController();
  const { resourceVersion } = (await client.get(configMaps, { namespace, name: 'work' })).metadata;
  const watching = (async () => {
    const options = { namespace, resourceVersion: resourceVersion!, signal: abort.signal };
    for await (const event of client.watch(configMaps, options)) {
      if (event.type === 'BOOKMARK') continue;
      if ((event.object.data as { writer: string }).writer === leader) stale++;
    }
  })().catch(() => undefined);
  frozen.kill('SIGCONT');
  const end = await until(leader, 'ended by LeadershipLostError');
  await wait(1_000);
  abort.abort();
  await watching;
  const after = factsOf(leader, 'wrote').filter((one) => one.at > leads).length;
  console.log(
    `SIGSTOP: the next leads after ${leads - at} ms; woken after ${end.at - at} ms, the old one ` +
      `made ${stale} writes (${after} by its own account, ${before} before), ` +
      `${factsOf(leader, 'LeadershipLostError').length} kept back, and ended`,
  );
  return next;
}

await client.create(namespaces, {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: namespace },
});
try {
  const metadata = { name: 'work', namespace };
  await client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  let leader = start();
  await until(leader, 'leading');
  for (let round = 0; round < Number(process.argv[2] ?? 1); round++) {
    leader = await handover('SIGTERM', leader);
    leader = await freeze(leader);
    leader = await handover('SIGKILL', leader);
  }
} finally {
  for (const child of children.values()) child.kill('SIGKILL');
  await client.delete(namespaces, { name: namespace });
  await client.close();
}
