import { networkEvents } from '../framework/network-events.ts';
import { eventually, InvariantViolation } from '../framework/eventually.ts';
import { linksOfAllPairs } from '../framework/links.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network, type ChainTip } from '../framework/network.ts';
import { isReady } from '../framework/network-resource.ts';
import { isPodReady } from '../framework/pod.ts';
import { step } from '../framework/step.ts';

/** Nodes on emptyDir are replaced one by one, and the chain outlives all of them. */
const kubectl = useNamespace('rolling');
const alice = new Network(kubectl, 'alice');
const blocks = 2_000;
const ordinals = [0, 1, 2];

const applySecret = (password: string) =>
  kubectl.applySecret('login', { BC_RPC_USER: 'alice', BC_RPC_PASSWORD: password });

const apply = (config: Record<string, number>) =>
  alice.apply({ nodes: 3, secret: 'login', config });

/** The pods' uids, by ordinal. */
async function uids(): Promise<string[]> {
  const incarnations = await alice.incarnations();
  return ordinals.map((ordinal) => incarnations.get(alice.podName(ordinal))?.uid ?? '');
}

/**
 * Waits until all three are new and the network is Ready, while never more than one node is missing,
 * and the two that are there are linked.
 */
async function eventuallyReplaced(before: readonly string[]): Promise<void> {
  await eventually(180, async () => {
    const ready = (await alice.pods()).filter(isPodReady).map(({ metadata }) => metadata.name);
    if (ready.length < 2) throw new InvariantViolation('two nodes were missing at a time');
    if (ready.length === 2) await expectLinked(ready);
    const now = await uids();
    for (const ordinal of ordinals) expect(now[ordinal]).not.toBe(before[ordinal]);
    expect(isReady(await alice.resource())).toBe(true);
  });
}

/** The next node is only replaced when the last is linked, so that this holds at any time. */
async function expectLinked(pods: readonly string[]): Promise<void> {
  const links = (await Promise.all(pods.map((pod) => alice.outboundLinks(pod)))).flat();
  const [link] = linksOfAllPairs(pods);
  if (!links.includes(link!)) throw new InvariantViolation(`${pods.join(' and ')} were not linked`);
}

let tips: ChainTip[];

/** A network is Ready when its last node is; that one still fetches the chain then. */
async function eventuallyWhole(): Promise<void> {
  await eventually(30, async () => {
    expect(await alice.tips(3)).toEqual(tips);
  });
  await alice.waitForFullMesh(3, 5);
}

step(
  'a changed config replaces the nodes one by one, and no block is lost',
  async () => {
    await applySecret('before');
    await apply({});
    await alice.waitForCondition('Ready', 60);
    await alice.waitForCondition('PeersConnected', 10);
    await alice.mine(blocks);
    tips = await eventually(60, async () => {
      const current = await alice.tips(3);
      expect(new Set(current.map(({ bestblockhash }) => bestblockhash)).size).toBe(1);
      return current;
    });
    expect(tips[0]!.blocks).toBe(blocks);
    const before = await uids();
    await apply({ txindex: 1 });
    await eventuallyReplaced(before);
    await eventuallyWhole();
  },
  360,
);

step(
  'kubectl rollout restart, for a changed Secret, likewise',
  async () => {
    await applySecret('after');
    const before = await uids();
    await kubectl.run(['rollout', 'restart', 'statefulset/alice-sts']);
    await eventuallyReplaced(before);
    await eventuallyWhole();
    for (const ordinal of ordinals) {
      const config = await kubectl.run([
        'exec',
        alice.podName(ordinal),
        '--',
        'cat',
        '/bitcoin.conf',
      ]);
      expect(config).toContain('rpcpassword=after\n');
    }
  },
  300,
);

step(
  'it may change again and be taken back on the way',
  async () => {
    const replaced = async (ordinal: number) => {
      const before = (await uids())[ordinal];
      await eventually(60, async () => {
        expect((await uids())[ordinal]).not.toBe(before);
      });
    };
    await apply({ txindex: 0 });
    await replaced(1);
    await apply({ txindex: 0, blockfilterindex: 1 });
    await replaced(2);
    await apply({ txindex: 0 });
    await eventually(150, async () => {
      expect(isReady(await alice.resource())).toBe(true);
    });
    await eventuallyWhole();
    const revisions = (await alice.pods()).map(
      ({ metadata }) => metadata.labels?.['controller-revision-hash'],
    );
    expect(new Set(revisions).size).toBe(1);
    await alice.waitForFullMesh(3, 5);
    await alice.delete();
  },
  300,
);

step(
  'the only node of a network loses its chain, and an event says so first',
  async () => {
    const single = new Network(kubectl, 'single');
    await single.apply({ nodes: 1 });
    await single.waitForCondition('Ready', 60);
    const before = (await single.incarnations()).get(single.podName(0))!.uid;
    await single.apply({ nodes: 1, config: { txindex: 1 } });
    await eventually(60, async () => {
      expect((await single.incarnations()).get(single.podName(0))?.uid).not.toBe(before);
    });
    expect(await networkEvents(kubectl, 'single')).toContainEqual({
      type: 'Warning',
      reason: 'RollingUpdate',
      message: 'the only node restarts and loses its chain and wallet, which are on emptyDir',
    });
    await single.waitForCondition('Ready', 60);
    await single.delete();
  },
  180,
);
