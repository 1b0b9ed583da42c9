import { readdir, readFile } from 'node:fs/promises';
import { deriveCredentials } from '../../bitcoin/rpc/credentials.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { networkEvents } from '../framework/network-events.ts';
import { conditionOf } from '../framework/network-resource.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** Each problem is reported with its cause, and the network recovers once the cause is fixed. */
const kubectl = useNamespace('bad');

const applySecret = (name: string, password: string) =>
  kubectl.applySecret(name, { BC_RPC_USER: 'wallet', BC_RPC_PASSWORD: password });

interface Problem {
  /** The name of the network. */
  readonly name: string;
  readonly title: string;
  readonly spec: Partial<BitcoinNetwork['spec']>;
  readonly prepare?: () => Promise<unknown>;
  /** The expected message of the condition Ready. */
  readonly message: RegExp;
  readonly fix: (network: Network) => Promise<unknown>;
  /** The time limit for the recovery in seconds, which includes a container's restart back-off. */
  readonly recovery: number;
  /** Whether time alone may solve it for 5 minutes, so that it does not set Stalled before. */
  readonly isTransient?: boolean;
}

const problems: readonly Problem[] = [
  {
    name: 'missing-secret',
    title: 'reports a missing Secret, and recovers once it exists',
    spec: { secret: 'rpc-credentials' },
    message: /secret "rpc-credentials" not found/,
    fix: () => applySecret('rpc-credentials', 'password'),
    recovery: 120,
    isTransient: true,
  },
  {
    name: 'secret-without-key',
    title: 'reports a Secret without a password, and recovers once the key is added',
    spec: { secret: 'half' },
    prepare: () =>
      kubectl.run(['create', 'secret', 'generic', 'half', '--from-literal=BC_RPC_USER=x']),
    message: /couldn't find key BC_RPC_PASSWORD/,
    fix: () => applySecret('half', 'password'),
    recovery: 120,
    isTransient: true,
  },
  {
    name: 'empty-password',
    title: 'reports an empty password, and recovers once the Secret has one that needs a hash',
    spec: { secret: 'empty' },
    prepare: () => applySecret('empty', ''),
    message: /BC_RPC_PASSWORD in the Secret is empty/,
    fix: () => applySecret('empty', ' pass#word\n'),
    recovery: 120,
  },
  {
    name: 'misspelled-option',
    title: 'reports a misspelled option of spec.config, and recovers once it is corrected',
    spec: { config: { dbcahce: 4 } },
    message: /spec\.config\.dbcahce is not an option of this bitcoind/,
    fix: (network) => network.patch({ config: { dbcahce: null, txindex: 1 } }),
    recovery: 60,
  },
  {
    name: 'rejected-value',
    title: 'reports an option value that bitcoind rejects, and recovers once it is changed',
    spec: { config: { debug: 'nosuch' } },
    message: /Unsupported logging category -?debug=nosuch/,
    fix: (network) => network.patch({ config: { debug: 'net' } }),
    recovery: 60,
  },
  {
    name: 'bad-image',
    title: 'reports an image that cannot be pulled, and recovers once it is replaced',
    spec: { image: 'example.invalid/bitcoin:1' },
    message: /ErrImagePull|ImagePullBackOff/,
    fix: (network) => network.patch({ image: 'docker.io/bitcoin/bitcoin:31.1' }),
    recovery: 60,
    isTransient: true,
  },
  {
    name: 'unschedulable',
    title: 'reports unschedulable pods without Stalled, and recovers once they fit on a node',
    spec: { resources: { requests: { cpu: '100000' } } },
    message: /Unschedulable: .*Insufficient cpu/,
    fix: (network) => network.patch({ resources: { requests: { cpu: '10m' } } }),
    recovery: 60,
    isTransient: true,
  },
];
for (const problem of problems) {
  const { name, title, spec, prepare, message, fix, recovery, isTransient = false } = problem;
  step(
    title,
    async () => {
      await prepare?.();
      const network = new Network(kubectl, name);
      await network.apply({ nodes: 2, ...spec });
      await eventually(30, async () => {
        const resource = await network.resource();
        const status = (type: string) => conditionOf(resource, type).status;
        expect(conditionOf(resource, 'Ready').message).toMatch(message);
        const expected = isTransient ? ['False', 'True', 'False'] : ['False', 'False', 'True'];
        expect([status('Ready'), status('Reconciling'), status('Stalled')]).toEqual(expected);
      });
      if (!isTransient) {
        await eventually(5, async () => {
          const reasons = (await networkEvents(kubectl, name)).map(({ reason }) => reason);
          expect(reasons).toContain('Stalled');
        });
      }
      await fix(network);
      await network.waitForCondition('Ready', recovery);
      await network.waitForCondition('PeersConnected', 10);
      await network.delete();
    },
    60 + recovery,
  );
}

step(
  'reports the reason of the API server for pods that a quota forbids, and recovers once the quota is raised',
  async () => {
    const quota = (pods: string) =>
      kubectl.apply({
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'pods' },
        spec: { hard: { 'count/pods': pods } },
      });
    await eventually(30, async () => {
      const { items } = await kubectl.get<{ items: unknown[] }>('pods');
      expect(items).toEqual([]);
    });
    await quota('1');
    const network = new Network(kubectl, 'quota');
    await network.apply({ nodes: 2 });
    await eventually(30, async () => {
      const ready = conditionOf(await network.resource(), 'Ready');
      expect(ready).toMatchObject({ status: 'False', reason: 'NodesNotReady' });
      expect(ready.message).toMatch(/1 pod does not exist: .*exceeded quota: pods/);
    });
    await quota('10');
    await network.waitForCondition('Ready', 120);
    await network.delete();
    await kubectl.run(['delete', 'resourcequota', 'pods']);
  },
  180,
);

step(
  'writes no password to a log, event, status, ConfigMap, StatefulSet or command line',
  async () => {
    const password = 'correct-horse-battery';
    await applySecret('private', password);
    const network = new Network(kubectl, 'private');
    await network.apply({ nodes: 2, secret: 'private' });
    await network.waitForCondition('Ready', 60);
    const own = kubectl.in('bitcoin-controller');
    const key = await own.get<{ data: Record<string, string> }>('secret', 'bitcoin-controller-key');
    const { uid } = (await network.resource()).metadata;
    const derived = deriveCredentials(Buffer.from(Object.values(key.data)[0]!, 'base64'), uid!);
    const texts = await Promise.all([
      own.run(['logs', 'deployment/bitcoin-controller']),
      kubectl.run(['logs', network.podName(0), '--all-containers']),
      kubectl.run(['get', 'events,configmaps,sts,pods,bitcoinnetworks', '-o', 'yaml']),
      processList(),
    ]);
    for (const text of texts) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(derived.password);
      expect(text).not.toContain(Object.values(key.data)[0]!);
    }
    // The user name is public: finding it proves that the search covers the credentials.
    expect(texts[2]).toContain(derived.user);
    await network.delete();
  },
  120,
);

/** The command lines of all processes on this machine, among them the playground's pods. */
async function processList(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.join('\n').replaceAll('\0', ' ');
}
