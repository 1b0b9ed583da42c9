import type { Pod } from '../../controller/cache/workloads.ts';
import { networkEvents } from '../framework/events.ts';
import { eventually, UnmetInvariant } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** Nodes on emptyDir are replaced one by one, and the chain outlives all of them. */
const kubectl = useNamespace('rolling');
const alice = new Network(kubectl, 'alice');
const blocks = 2_000;
const ordinals = [0, 1, 2];

interface ChainInfo {
  readonly blocks: number;
  readonly bestblockhash: string;
}

/** Height and best block of each node. */
const chain = () =>
  Promise.all(
    ordinals.map(async (ordinal) => {
      const info = await kubectl.bitcoin<ChainInfo>(alice.pod(ordinal), 'getblockchaininfo');
      return { blocks: info.blocks, bestblockhash: info.bestblockhash };
    }),
  );

const putSecret = (password: string) =>
  kubectl.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'login' },
    stringData: { BC_RPC_USER: 'alice', BC_RPC_PASSWORD: password },
  });

const apply = (config: Record<string, number>) =>
  alice.create({ nodes: 3, secret: 'login', config });

const isReady = ({ status }: Pod) =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** The pods' uids, by ordinal. */
async function uids(): Promise<string[]> {
  const incarnations = await alice.incarnations();
  return ordinals.map((ordinal) => incarnations.get(alice.pod(ordinal))?.uid ?? '');
}

/**
 * Waits until all three are new and the network is Ready, while never more than one node is missing,
 * and the two that are there are linked.
 */
async function eventuallyReplaced(before: readonly string[]): Promise<void> {
  await eventually(180, async () => {
    const ready = (await alice.pods()).filter(isReady).map(({ metadata }) => metadata.name);
    if (ready.length < 2) throw new UnmetInvariant('two nodes were missing at a time');
    if (ready.length === 2) await expectLinked(ready);
    const now = await uids();
    for (const ordinal of ordinals) expect(now[ordinal]).not.toBe(before[ordinal]);
    const { metadata, status } = await alice.resource();
    expect(status!.observedGeneration).toBe(metadata.generation);
    expect(status!.conditions![0]).toMatchObject({ type: 'Ready', status: 'True' });
  });
}

/** The next node is only replaced when the last is linked, so that this holds at any time. */
async function expectLinked(pods: readonly string[]): Promise<void> {
  const peers = await Promise.all(
    pods.map((pod) => kubectl.bitcoin<{ addr: string }[]>(pod, 'getpeerinfo')),
  );
  const dialled = peers.flat().some(({ addr }) => pods.includes(addr.split('.', 1)[0]!));
  if (!dialled) throw new UnmetInvariant(`${pods.join(' and ')} were not linked`);
}

let tips: ChainInfo[];

/** A network is Ready when its last node is; that one still fetches the chain then. */
async function eventuallyWhole(): Promise<void> {
  await eventually(30, async () => {
    expect(await chain()).toEqual(tips);
  });
  await alice.eventuallyMeshed(3, 5);
}

step(
  'a changed config replaces the nodes one by one, and no block is lost',
  async () => {
    await putSecret('before');
    await apply({});
    await alice.wait('Ready', 60);
    await alice.wait('PeersConnected', 10);
    const address = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'; // BIP 173's, of nobody
    await kubectl.bitcoin(alice.pod(0), 'generatetoaddress', String(blocks), address);
    tips = await eventually(60, async () => {
      const seen = await chain();
      expect(new Set(seen.map(({ bestblockhash }) => bestblockhash)).size).toBe(1);
      return seen;
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
    await putSecret('after');
    const before = await uids();
    await kubectl.run(['rollout', 'restart', 'statefulset/alice-sts']);
    await eventuallyReplaced(before);
    await eventuallyWhole();
    for (const ordinal of ordinals) {
      const config = await kubectl.run(['exec', alice.pod(ordinal), '--', 'cat', '/bitcoin.conf']);
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
      const { metadata, status } = await alice.resource();
      expect(status!.observedGeneration).toBe(metadata.generation);
      expect(status!.conditions![0]).toMatchObject({ type: 'Ready', status: 'True' });
    });
    await eventuallyWhole();
    const revisions = (await alice.pods()).map(
      ({ metadata }) => metadata.labels?.['controller-revision-hash'],
    );
    expect(new Set(revisions).size).toBe(1);
    await alice.eventuallyMeshed(3, 5);
    await alice.delete();
  },
  300,
);

step(
  'the only node of a network loses its chain, and an event says so first',
  async () => {
    const single = new Network(kubectl, 'single');
    await single.create({ nodes: 1 });
    await single.wait('Ready', 60);
    const before = (await single.incarnations()).get(single.pod(0))!.uid;
    await single.create({ nodes: 1, config: { txindex: 1 } });
    await eventually(60, async () => {
      expect((await single.incarnations()).get(single.pod(0))?.uid).not.toBe(before);
    });
    expect(await networkEvents(kubectl, 'single')).toContainEqual({
      type: 'Warning',
      reason: 'RollingUpdate',
      message: 'the only node restarts and loses its chain and wallet, which are on emptyDir',
    });
    await single.wait('Ready', 60);
    await single.delete();
  },
  180,
);
