/**
 * Measures leader election on the cluster of KUBECONFIG, with two processes and one Lease: the time
 * of a handover after SIGTERM and SIGKILL, and whether a frozen leader writes after it resumes.
 * Each round makes one handover of each kind.
 *
 *   KUBECONFIG=... node scripts/measure-leader-election.ts [ROUNDS]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { KubeClient } from '../kube/client/client.ts';
import { loadKubeConfig } from '../kube/config/kube-config.ts';
import { configMaps } from '../test/kube/resources.ts';

/** A line that lease-contender.ts prints. */
interface ContenderEvent {
  readonly identity: string;
  readonly event: string;
  readonly at: number;
}

const namespace = `leader-election-${process.pid}`;
const namespaces = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };
const client = KubeClient.fromKubeConfig(loadKubeConfig(), { userAgent: 'measure' });
const log: ContenderEvent[] = [];
const children = new Map<string, ChildProcess>();
let started = 0;

/** Starts a contender and returns its identity. */
function start(): string {
  const identity = `contender-${started++}`;
  const script = fileURLToPath(new URL('lease-contender.ts', import.meta.url));
  const child = spawn(process.execPath, [script, namespace, identity], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.set(identity, child);
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(JSON.parse(line) as ContenderEvent);
  });
  return identity;
}

const eventsOf = (identity: string, event: string) =>
  log.filter((entry) => entry.identity === identity && entry.event === event);

async function waitForEvent(identity: string, event: string): Promise<ContenderEvent> {
  for (;;) {
    const [first] = eventsOf(identity, event);
    if (first) return first;
    await wait(5);
  }
}

/** Ends the leader with a signal and returns the identity of its successor. */
async function handover(signal: 'SIGTERM' | 'SIGKILL', leader: string): Promise<string> {
  const successor = start();
  await wait(3_000);
  const at = Date.now();
  children.get(leader)!.kill(signal);
  const { at: leadingAt } = await waitForEvent(successor, 'leading');
  const lastWrite = eventsOf(leader, 'wrote').at(-1)!.at;
  console.log(
    `${signal}: the successor leads after ${leadingAt - at} ms, ` +
      `${leadingAt - lastWrite} ms after the last write of the leader`,
  );
  return successor;
}

/**
 * Freezes the leader until its successor has led for 3 s, counts the writes of the frozen leader
 * that reach the API server after it resumes, and returns the identity of the successor.
 */
async function freeze(leader: string): Promise<string> {
  const successor = start();
  await wait(3_000);
  const frozen = children.get(leader)!;
  const writesBefore = eventsOf(leader, 'wrote').length;
  const at = Date.now();
  frozen.kill('SIGSTOP');
  const { at: leadingAt } = await waitForEvent(successor, 'leading');
  await wait(3_000);
  let staleWrites = 0;
  const abort = new AbortController();
  const { resourceVersion } = (await client.get(configMaps, { namespace, name: 'work' })).metadata;
  const watching = (async () => {
    const options = { namespace, resourceVersion: resourceVersion!, signal: abort.signal };
    for await (const event of client.watch(configMaps, options)) {
      if (event.type === 'BOOKMARK') continue;
      if ((event.object.data as { writer: string }).writer === leader) staleWrites++;
    }
  })().catch(() => undefined);
  frozen.kill('SIGCONT');
  const end = await waitForEvent(leader, 'ended by LeadershipLostError');
  await wait(1_000);
  abort.abort();
  await watching;
  const reportedWrites = eventsOf(leader, 'wrote').filter((entry) => entry.at > leadingAt).length;
  console.log(
    `SIGSTOP: the successor leads after ${leadingAt - at} ms; the frozen leader resumed and ended ` +
      `after ${end.at - at} ms with ${staleWrites} stale writes (it reported ${reportedWrites}, and ` +
      `${writesBefore} before the freeze) and ` +
      `${eventsOf(leader, 'LeadershipLostError').length} prevented writes`,
  );
  return successor;
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
  await waitForEvent(leader, 'leading');
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
