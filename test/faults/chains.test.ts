import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../framework/cluster.ts';
import { forEachConcurrently } from '../framework/concurrency.ts';
import { eventually } from '../framework/eventually.ts';
import { networkEvents } from '../framework/network-events.ts';
import { conditionOf, isReady } from '../framework/network-resource.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';
import {
  applyLogin,
  chainActions,
  height,
  secretName,
  stopNode,
  waitForChain,
  type ChainAction,
} from './chain-actions.ts';
import { faultScale } from './fault-scale.ts';

/*
 * Chains are kept: whatever happens to a network, its height is the same before and after, unless
 * the last copy is deleted; that is a Warning event. The networks run side by side.
 */

/** The networks that run at the same time; each has two or three nodes. */
const concurrency = 6;

/** The limit of one network in seconds, and of a whole table. */
const [caseLimit, tableLimit] = [300, faultScale(7_200, 400)];

let cluster: Cluster;
/** Distinguishes the processes of this test from those of other playgrounds on this machine. */
const suffix = randomBytes(3).toString('hex');

beforeAll(async () => {
  cluster = await Cluster.start();
  await cluster.startController();
}, 120_000);

afterAll(() => cluster.stop(), 60_000);

/** Creates a network whose nodes all have the chain. */
async function createNetwork(name: string, nodes: number): Promise<Network> {
  const network = new Network(cluster.kubectl, `${name}-${suffix}`);
  await applyLogin(network, 'before');
  await network.apply({ nodes, secret: secretName(network) });
  await network.waitForCondition('Ready', 90);
  await network.waitForCondition('PeersConnected', 30);
  await network.mine(height);
  await waitForChain(network, nodes);
  return network;
}

/** A case of a table. */
interface Case {
  readonly title: string;
  readonly run: (name: string) => Promise<void>;
}

/** Runs cases side by side. @returns the failures, by title */
async function failuresOf(cases: readonly Case[]): Promise<string[]> {
  const failures: string[] = [];
  const numbered = cases.map((each, index) => ({ ...each, index }));
  await forEachConcurrently(
    numbered,
    async ({ title, run, index }) => {
      const begin = performance.now();
      const outcome = await run(`chain-${index}`).then(
        () => 'passed',
        (error: unknown) => String(error),
      );
      const seconds = ((performance.now() - begin) / 1000).toFixed(0);
      process.stderr.write(`        ${outcome.split('\n', 1)[0]!} after ${seconds} s: ${title}\n`);
      if (outcome !== 'passed') failures.push(`${title}: ${outcome}`);
    },
    concurrency,
  );
  return failures;
}

/** The case of actions that overlap: the first is repaired after the others. */
function caseOf(actions: readonly ChainAction[], nodes: number): Case {
  return {
    title: actions
      .map(({ name }) => name)
      .toReversed()
      .join(', during '),
    run: async (name) => {
      const network = await createNetwork(name, nodes);
      for (const { act } of actions) await act(network, nodes);
      for (const { repair } of actions.toReversed()) await repair?.(network);
      await waitForChain(network, nodes);
      await network.delete();
    },
  };
}

step(
  'every action alone keeps the chain',
  async () => {
    expect(await failuresOf(chainActions.map((action) => caseOf([action], 2)))).toEqual([]);
  },
  tableLimit,
);

step(
  'nodes of the old revision restart with its configuration while a bad one stops the rollout',
  async () => {
    const network = await createNetwork('stopped', 3);
    await chainActions.find(({ name }) => name === 'a bad spec.config, and a fix')!.act(network, 3);
    await Promise.all([stopNode(network, 0), stopNode(network, 1)]);
    expect(await network.heights(2)).toEqual([height, height]);
    await network.patch({ config: { prune: null } });
    await waitForChain(network, 3);
    await network.delete();
  },
  caseLimit,
);

/** The events of a network about lost chains. */
async function lossesOf(network: Network): Promise<string[]> {
  const events = await networkEvents(cluster.kubectl, network.name);
  return events.filter(({ reason }) => reason === 'ChainLost').map(({ message }) => message);
}

const losses: readonly Case[] = [
  {
    title: 'kubectl scale bitcoinnetwork --replicas=0',
    run: async (name) => {
      const network = await createNetwork(name, 2);
      await waitForResync();
      await network.patch({ nodes: 0 });
      await eventually(30, async () => {
        expect(await lossesOf(network)).toEqual([
          expect.stringMatching(
            new RegExp(
              `^scaling from 2 to 0 nodes deletes .* \\(last known height ${height}\\); ` +
                'no other node has a copy$',
            ),
          ),
        ]);
      });
      await network.delete();
    },
  },
  {
    title: 'kubectl scale statefulset --replicas=0',
    run: async (name) => {
      const network = await createNetwork(name, 2);
      await waitForResync();
      const set = `statefulset/${network.name}-sts`;
      await cluster.kubectl.run(['scale', set, '--replicas=0']);
      await eventually(30, async () => {
        expect((await lossesOf(network))[0]).toMatch(
          new RegExp(`last known height ${height}\\).*(another client scaled|was deleted)`),
        );
      });
      // The status may say Ready until the pods are gone.
      await eventually(60, async () => {
        expect(isReady(await network.resource())).toBe(true);
        expect(await network.heights(2)).toEqual([0, 0]);
      });
      await network.delete();
    },
  },
  {
    title: 'kubectl delete pod of the only node',
    run: async (name) => {
      const network = await createNetwork(name, 1);
      await waitForResync();
      await cluster.kubectl.run(['delete', 'pod', network.podName(0)]);
      await eventually(30, async () => {
        expect(await lossesOf(network)).toEqual([
          `lost the chain and wallets of ${network.podName(0)} (last known height ${height}): ` +
            'the pod was deleted; no other node has a copy',
        ]);
      });
      await network.delete();
    },
  },
  {
    title: 'all nodes that fail, until a user annotates the network',
    run: async (name) => {
      const network = await createNetwork(name, 2);
      // The Secret is read at each start, so that the nodes fail whatever their revision is.
      await network.kubectl.run(['delete', 'secret', secretName(network)]);
      for (const node of [0, 1]) {
        const pod = network.podName(node);
        const cli = ['/usr/local/bin/bitcoin-cli', '-regtest', '-conf=/bitcoin.conf'];
        await cluster.kubectl.run(['exec', pod, '--', ...cli, 'stop']);
      }
      await eventually(60, async () => {
        expect(conditionOf(await network.resource(), 'Ready').reason).toBe('NodeFailing');
      });
      const before = await network.incarnations();
      await network.patch({ config: { txindex: 1 } });
      await eventually(60, async () => {
        const { status, message } = conditionOf(await network.resource(), 'Stalled');
        expect(status).toBe('True');
        expect(message).toMatch(
          /may have the only copy of the chain: repair it, or accept .*guard/,
        );
      });
      expect([...(await network.incarnations()).keys()]).toEqual([...before.keys()]);
      const uids = (pods: typeof before) => [...pods.values()].map(({ uid }) => uid);
      expect(uids(await network.incarnations())).toEqual(uids(before));

      await applyLogin(network, 'good');
      const annotation = 'bitcoincontroller.christianb93.github.com/rollout';
      const resource = `bitcoinnetworks.bitcoincontroller.christianb93.github.com/${network.name}`;
      await cluster.kubectl.run(['annotate', resource, `${annotation}=unguarded`]);
      await eventually(150, async () => {
        const current = await network.resource();
        expect(isReady(current)).toBe(true);
        expect(current.metadata.annotations ?? {}).not.toHaveProperty([annotation]);
      });
      await network.delete();
    },
  },
];

/** Waits until the controller has read the heights, which it does every 30 s. */
function waitForResync(): Promise<void> {
  return sleep(32_000);
}

step(
  'a loss of chains is a Warning event, and the last copies wait for a user',
  async () => {
    expect(await failuresOf(losses)).toEqual([]);
  },
  tableLimit,
);

if (faultScale(1, 0) === 1) {
  step(
    'every action during another one keeps the chain',
    async () => {
      const pairs = chainActions.flatMap((first) =>
        chainActions
          .filter(({ isRollout }) => !first.repair || isRollout !== true)
          .map((second) => caseOf([first, second], 3)),
      );
      expect(await failuresOf(pairs)).toEqual([]);
    },
    tableLimit,
  );
}
