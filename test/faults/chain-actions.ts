import { readdir, readFile } from 'node:fs/promises';
import { eventually } from '../framework/eventually.ts';
import { conditionOf, isReady } from '../framework/network-resource.ts';
import { type Network } from '../framework/network.ts';

/** The height of the chain before each action. */
export const height = 200;

/** Something that happens to a network and must not lose its chain. */
export interface ChainAction {
  readonly name: string;
  /** Acts on a network with a synced chain. Afterwards at least one node has the chain. */
  readonly act: (network: Network, nodes: number) => Promise<unknown>;
  /** Ends what {@link act} began, if it leaves the network with a failing node. */
  readonly repair?: (network: Network) => Promise<unknown>;
  /** Whether it ends only when every pod is replaced, so that no node may fail meanwhile. */
  readonly isRollout?: boolean;
}

/** The name of the Secret of a network. */
export const secretName = (network: Network) => `${network.name}-login`;

export const applyLogin = (network: Network, password: string) =>
  network.kubectl.applySecret(secretName(network), {
    BC_RPC_USER: 'user',
    BC_RPC_PASSWORD: password,
  });

/** Waits until the network is Ready and every node has the chain. */
export async function waitForChain(network: Network, nodes: number): Promise<void> {
  await eventually(150, async () => {
    expect(isReady(await network.resource())).toBe(true);
    expect(await network.heights(nodes)).toEqual(Array.from({ length: nodes }, () => height));
  });
}

/** Waits until a node has the chain, whether or not the network is Ready. */
async function waitForNode(network: Network, node: number): Promise<void> {
  await eventually(90, async () => {
    const { blocks } = await network.bitcoinCli<{ blocks: number }>(node, 'getblockchaininfo');
    expect(blocks).toBe(height);
  });
}

/** Restarts bitcoind in place, and waits until it has another process and the chain. */
export async function stopNode(network: Network, node: number): Promise<void> {
  const restarts = async () => (await network.incarnations()).get(network.podName(node))!.restarts;
  const before = await restarts();
  await network.kubectl.run(cli(network, node, 'stop'));
  await eventually(60, async () => {
    expect(await restarts()).toBeGreaterThan(before);
  });
  await waitForNode(network, node);
}

const cli = (network: Network, node: number, ...args: string[]) => [
  ...['exec', network.podName(node), '--', '/usr/local/bin/bitcoin-cli'],
  ...['-regtest', '-conf=/bitcoin.conf', ...args],
];

/** Kills the bitcoind of a node, which is a process of this machine. */
async function killNode(network: Network, node: number): Promise<void> {
  const variable = `\0POD_NAME=${network.podName(node)}\0`;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    if (!(await read('comm')).startsWith('bitcoind')) continue;
    if (`\0${await read('environ')}`.includes(variable)) process.kill(Number(pid), 'SIGKILL');
  }
  await eventually(60, async () => {
    const { restarts } = (await network.incarnations()).get(network.podName(node))!;
    expect(restarts).toBeGreaterThan(0);
  });
  await waitForNode(network, node);
}

/** Removes a pod, and waits until its successor has the chain. */
async function replacePod(network: Network, node: number, remove: () => Promise<unknown>) {
  const uid = async () => (await network.incarnations()).get(network.podName(node))?.uid;
  const before = await uid();
  await remove();
  await eventually(60, async () => {
    expect([undefined, before]).not.toContain(await uid());
  });
  await waitForNode(network, node);
}

/** Evicts a pod like `kubectl drain`. */
function evict(network: Network, node: number): Promise<unknown> {
  const name = network.podName(node);
  const { namespace } = network.kubectl;
  const path = `/api/v1/namespaces/${namespace!}/pods/${name}/eviction`;
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  const run = () => network.kubectl.run(['create', '--raw', path, '-f', '-'], JSON.stringify(body));
  return replacePod(network, node, run);
}

/** Sets options that bitcoind does not accept together, and waits until the last node fails. */
async function breakConfig(network: Network): Promise<void> {
  await network.patch({ config: { txindex: 1, prune: 550 } });
  await eventually(90, async () => {
    const { status, reason } = conditionOf(await network.resource(), 'Ready');
    expect([status, reason]).toEqual(['False', 'NodeFailing']);
  });
}

/** Runs an edit, and waits until all pods are replaced. */
async function replaceAll(network: Network, nodes: number, edit: () => Promise<unknown>) {
  const before = await network.incarnations();
  await edit();
  await eventually(150, async () => {
    const now = await network.incarnations();
    expect(now.size).toBe(nodes);
    for (const [pod, { uid }] of before) expect(now.get(pod)?.uid).not.toBe(uid);
  });
}

const ordinals = (nodes: number) => Array.from({ length: nodes }, (_, ordinal) => ordinal);

export const chainActions: readonly ChainAction[] = [
  {
    name: 'bitcoin-cli stop on every node at once',
    act: async (network, nodes) => {
      const stops = ordinals(nodes).map((node) => stopNode(network, node));
      const results = await Promise.allSettled(stops);
      // A node that a bad configuration ended does not run.
      const stopped = results.filter(({ status }) => status === 'fulfilled').length;
      expect(stopped).toBeGreaterThanOrEqual(Math.max(1, nodes - 1));
    },
  },
  {
    name: 'kill -9 of one bitcoind after the other',
    act: async (network, nodes) => {
      for (const node of ordinals(nodes - 1)) await killNode(network, node);
    },
  },
  {
    name: 'a change of spec.config',
    isRollout: true,
    act: (network, nodes) =>
      replaceAll(network, nodes, () => network.patch({ config: { blockfilterindex: 1 } })),
  },
  {
    name: 'a bad spec.config, and a fix',
    act: breakConfig,
    repair: (network) => network.patch({ config: { prune: null } }),
  },
  {
    name: 'a bad spec.config, and its revert',
    act: breakConfig,
    repair: (network) => network.patch({ config: { prune: null, txindex: null } }),
  },
  {
    name: 'kubectl delete pod',
    act: (network) =>
      replacePod(network, 0, () => network.kubectl.run(['delete', 'pod', network.podName(0)])),
  },
  { name: 'an eviction', act: (network) => evict(network, 0) },
  {
    name: 'a drain that evicts one node after the other',
    act: async (network, nodes) => {
      for (const node of ordinals(nodes - 1)) await evict(network, node);
    },
  },
  {
    name: 'one node less, and one more',
    act: async (network, nodes) => {
      await network.patch({ nodes: nodes - 1 });
      await eventually(60, async () => {
        expect(await network.pods()).toHaveLength(nodes - 1);
      });
      await network.patch({ nodes });
    },
  },
  {
    name: 'a new password and a rollout restart',
    isRollout: true,
    act: (network, nodes) =>
      replaceAll(network, nodes, async () => {
        await applyLogin(network, 'after');
        const set = `statefulset/${network.name}-sts`;
        await network.kubectl.run(['rollout', 'restart', set]);
      }),
  },
];
