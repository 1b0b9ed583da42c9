import { eventually, InvariantViolation } from '../framework/eventually.ts';
import { linksOfAllPairs } from '../framework/links.ts';
import { useNamespace } from '../framework/namespace.ts';
import { networkEvents } from '../framework/network-events.ts';
import { isReady } from '../framework/network-resource.ts';
import { Network, type ChainTip } from '../framework/network.ts';
import { isPodReady } from '../framework/pod.ts';
import { step } from '../framework/step.ts';

/** A rolling update replaces nodes with emptyDirs one at a time, and the chain is preserved. */
const kubectl = useNamespace('rolling');
const alice = new Network(kubectl, 'alice');
const blocks = 2_000;
const ordinals = [0, 1, 2];

const applySecret = (password: string) =>
  kubectl.applySecret('rpc-credentials', { BC_RPC_USER: 'alice', BC_RPC_PASSWORD: password });

const apply = (config: Record<string, number>) =>
  alice.apply({ nodes: 3, secret: 'rpc-credentials', config });

/** The pods' uids, by ordinal. */
async function uids(): Promise<string[]> {
  const incarnations = await alice.incarnations();
  return ordinals.map((ordinal) => incarnations.get(alice.podName(ordinal))?.uid ?? '');
}

/**
 * Waits until all three pods are replaced and the network is Ready. At any time at least two nodes
 * must be ready, and linked if they are only two.
 */
async function waitForReplacement(before: readonly string[]): Promise<void> {
  await eventually(180, async () => {
    const ready = (await alice.pods()).filter(isPodReady).map(({ metadata }) => metadata.name);
    if (ready.length < 2) throw new InvariantViolation('fewer than two nodes were ready');
    if (ready.length === 2) await expectLinked(ready);
    const now = await uids();
    for (const ordinal of ordinals) expect(now[ordinal]).not.toBe(before[ordinal]);
    expect(isReady(await alice.resource())).toBe(true);
  });
}

/** Holds at any time, because a node is replaced only after the previous one is linked. */
async function expectLinked(pods: readonly string[]): Promise<void> {
  const links = (await Promise.all(pods.map((pod) => alice.outboundLinks(pod)))).flat();
  const [link] = linksOfAllPairs(pods);
  if (!links.includes(link!)) throw new InvariantViolation(`${pods.join(' and ')} were not linked`);
}

let tips: ChainTip[];

/** Waits until the last node, which may be Ready before it has synced, has the whole chain. */
async function waitForSync(): Promise<void> {
  await eventually(30, async () => {
    expect(await alice.tips(3)).toEqual(tips);
  });
  await alice.waitForFullMesh(3, 5);
}

step(
  'a changed spec.config replaces the nodes one at a time without losing a block',
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
    await waitForReplacement(before);
    await waitForSync();
  },
  360,
);

step(
  'kubectl rollout restart after a change of the Secret replaces the nodes without losing a block',
  async () => {
    await applySecret('after');
    const before = await uids();
    await kubectl.run(['rollout', 'restart', 'statefulset/alice-sts']);
    await waitForReplacement(before);
    await waitForSync();
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
  'a rolling update that is changed and reverted midway loses no block',
  async () => {
    const waitForNewPod = async (ordinal: number) => {
      const before = (await uids())[ordinal];
      await eventually(60, async () => {
        expect((await uids())[ordinal]).not.toBe(before);
      });
    };
    await apply({ txindex: 0 });
    await waitForNewPod(1);
    await apply({ txindex: 0, blockfilterindex: 1 });
    await waitForNewPod(2);
    await apply({ txindex: 0 });
    await eventually(150, async () => {
      expect(isReady(await alice.resource())).toBe(true);
    });
    await waitForSync();
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
  'a Warning event states that replacing the only node loses its chain',
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
      message:
        'restarting the only node; its chain and wallets are in an emptyDir and will be lost',
    });
    await single.waitForCondition('Ready', 60);
    await single.delete();
  },
  180,
);
