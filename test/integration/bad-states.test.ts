import { readdir, readFile } from 'node:fs/promises';
import { deriveCredentials } from '../../bitcoin/rpc/credentials.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { eventually } from '../framework/eventually.ts';
import { networkEvents } from '../framework/network-events.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { conditionOf } from '../framework/network-resource.ts';
import { step } from '../framework/step.ts';

/** What goes wrong is told in words that a person can act on, and the fix is all it takes. */
const kubectl = useNamespace('bad');

const applySecret = (name: string, password: string) =>
  kubectl.applySecret(name, { BC_RPC_USER: 'wallet', BC_RPC_PASSWORD: password });

describe.each<{
  name: string;
  spec: Partial<BitcoinNetwork['spec']>;
  prepare?: () => Promise<unknown>;
  message: RegExp;
  fix: (network: Network) => Promise<unknown>;
  /** Seconds: where a container is tried again with back-off, that is waited for. */
  heals: number;
  /** Whether the cluster may mend it by itself, so that nobody is called. */
  passes?: boolean;
}>([
  {
    name: 'missing-secret',
    spec: { secret: 'login' },
    message: /secret "login" not found/,
    fix: () => applySecret('login', 'password'),
    heals: 120,
  },
  {
    name: 'secret-without-key',
    spec: { secret: 'half' },
    prepare: () =>
      kubectl.run(['create', 'secret', 'generic', 'half', '--from-literal=BC_RPC_USER=x']),
    message: /couldn't find key BC_RPC_PASSWORD/,
    fix: () => applySecret('half', 'password'),
    heals: 120,
  },
  {
    name: 'password-with-hash',
    spec: { secret: 'hash' },
    prepare: () => applySecret('hash', 'pass#word'),
    message: /BC_RPC_PASSWORD in the Secret holds '#'/,
    fix: () => applySecret('hash', 'password'),
    heals: 120,
  },
  {
    name: 'misspelt-option',
    spec: { config: { dbcahce: 4 } },
    message: /spec\.config\.dbcahce is no option of this bitcoind/,
    fix: (network) => network.patch({ config: { dbcahce: null, txindex: 1 } }),
    heals: 60,
  },
  {
    name: 'refused-option',
    spec: { config: { debug: 'nosuch' } },
    message: /Unsupported logging category -?debug=nosuch/,
    fix: (network) => network.patch({ config: { debug: 'net' } }),
    heals: 60,
  },
  {
    name: 'bad-image',
    spec: { image: 'example.invalid/bitcoin:1' },
    message: /ErrImagePull|ImagePullBackOff/,
    fix: (network) => network.patch({ image: 'docker.io/bitcoin/bitcoin:31.1' }),
    heals: 60,
  },
  {
    name: 'unschedulable',
    spec: { resources: { requests: { cpu: '100000' } } },
    message: /Unschedulable: .*Insufficient cpu/,
    fix: (network) => network.patch({ resources: { requests: { cpu: '10m' } } }),
    heals: 60,
    passes: true,
  },
])('$name', ({ name, spec, prepare, message, fix, heals, passes = false }) => {
  step(
    `${name} is told, with what to do, and heals by the fix alone`,
    async () => {
      await prepare?.();
      const network = new Network(kubectl, name);
      await network.apply({ nodes: 2, ...spec });
      await eventually(30, async () => {
        const resource = await network.resource();
        const status = (type: string) => conditionOf(resource, type).status;
        expect(conditionOf(resource, 'Ready').message).toMatch(message);
        const expected = passes ? ['False', 'True', 'False'] : ['False', 'False', 'True'];
        expect([status('Ready'), status('Reconciling'), status('Stalled')]).toEqual(expected);
      });
      if (!passes) {
        await eventually(5, async () => {
          const reasons = (await networkEvents(kubectl, name)).map(({ reason }) => reason);
          expect(reasons).toContain('Stalled');
        });
      }
      await fix(network);
      await network.waitForCondition('Ready', heals);
      await network.waitForCondition('PeersConnected', 10);
      await network.delete();
    },
    60 + heals,
  );
});

step(
  'an exceeded quota is pointed at, and heals when it is raised',
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
      expect(ready.message).toMatch(/1 pod not there yet: kubectl describe statefulset/);
    });
    await quota('10');
    await network.waitForCondition('Ready', 120);
    await network.delete();
    await kubectl.run(['delete', 'resourcequota', 'pods']);
  },
  180,
);

step(
  'no password is in any log, event, status, ConfigMap or StatefulSet',
  async () => {
    const password = 'correct-horse-battery';
    await applySecret('kept', password);
    const network = new Network(kubectl, 'kept');
    await network.apply({ nodes: 2, secret: 'kept' });
    await network.waitForCondition('Ready', 60);
    const own = kubectl.in('bitcoin-controller');
    const key = await own.get<{ data: Record<string, string> }>('secret', 'bitcoin-controller-key');
    const { uid } = (await network.resource()).metadata;
    const derived = deriveCredentials(Buffer.from(Object.values(key.data)[0]!, 'base64'), uid!);
    const places = await Promise.all([
      own.run(['logs', 'deployment/bitcoin-controller']),
      kubectl.run(['logs', network.podName(0), '--all-containers']),
      kubectl.run(['get', 'events,configmaps,sts,pods,bitcoinnetworks', '-o', 'yaml']),
      processList(),
    ]);
    for (const text of places) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(derived.password);
      expect(text).not.toContain(Object.values(key.data)[0]!);
    }
    // What is looked for is what is there: the login works by name, and its name is public.
    expect(places[2]).toContain(derived.user);
    await network.delete();
  },
  120,
);

/** Command lines of this machine's processes; those of the pods where the playground runs them. */
async function processList(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.join('\n').replaceAll('\0', ' ');
}
