import { Kubectl } from '../framework/kubectl.ts';
import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** The key that the controller's logins derive from is lost, or changed on purpose. */
const kubectl = useNamespace('credentials');
const controller = new Kubectl().in('bitcoin-controller');
const alice = new Network(kubectl, 'alice');
const ordinals = [0, 1, 2];
const blocks = 150;

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

const restart = async () => {
  await controller.run(['rollout', 'restart', 'deployment/bitcoin-controller']);
  const rollout = ['rollout', 'status', 'deployment/bitcoin-controller', '--timeout=60s'];
  await controller.run(rollout);
};

const heights = () =>
  Promise.all(
    ordinals.map((ordinal) => kubectl.bitcoin<number>(alice.pod(ordinal), 'getblockcount')),
  );

const rpcauth = async () => {
  const { data } = await kubectl.get<{ data: Record<string, string> }>('configmap', 'alice-config');
  return /^rpcauth=.*$/m.exec(data['bitcoin.conf']!)![0];
};

async function conditionsOf(): Promise<Map<string, Condition>> {
  const { status } = await alice.resource();
  return new Map(
    (status!.conditions as Condition[]).map((condition) => [condition.type, condition]),
  );
}

step(
  'without its Secret a running controller works on, and a restart makes another key',
  async () => {
    await alice.create({ nodes: 3 });
    await alice.wait('Ready', 60);
    await alice.wait('PeersConnected', 10);
    const address = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'; // BIP 173's, of nobody
    await kubectl.bitcoin(alice.pod(0), 'generatetoaddress', String(blocks), address);
    await eventually(30, async () => {
      expect(await heights()).toEqual([blocks, blocks, blocks]);
    });
    const before = { login: await rpcauth(), pods: await alice.incarnations() };

    await controller.run(['delete', 'secret', 'bitcoin-controller-key']);
    await alice.create({ nodes: 4 });
    await alice.eventuallyMeshed(4, 60);
    await alice.create({ nodes: 3 });
    await eventually(60, async () => {
      expect(await alice.incarnations()).toEqual(before.pods);
    });

    await restart();
    await eventually(30, async () => {
      expect(await rpcauth()).not.toBe(before.login);
    });
  },
  300,
);

step(
  'the nodes that know the old login alone say so, and are replaced one by one: no block is lost',
  async () => {
    await eventually(30, async () => {
      expect((await conditionsOf()).get('PeersConnected')).toMatchObject({
        status: 'False',
        reason: 'RpcUnauthorized',
      });
    });
    await eventually(180, async () => {
      const conditions = await conditionsOf();
      expect(conditions.get('Ready')!.status).toBe('True');
      expect(conditions.get('PeersConnected')!.status).toBe('True');
    });
    await eventually(30, async () => {
      expect(await heights()).toEqual([blocks, blocks, blocks]);
    });
    await alice.eventuallyMeshed(3, 5);
    for (const [, { restarts }] of await alice.incarnations()) expect(restarts).toBe(0);
  },
  300,
);

step(
  'a Secret without a key stops the controller, which says what to do, until it is mended',
  async () => {
    const key = ['get', 'secret', 'bitcoin-controller-key', '-o', 'json'];
    const secret = JSON.parse(await controller.run(key)) as { data: Record<string, string> };
    const { data } = secret;
    await controller.run(['delete', 'secret', 'bitcoin-controller-key']);
    const metadata = { name: 'bitcoin-controller-key' };
    const broken = { apiVersion: 'v1', kind: 'Secret', metadata, data: { 'master-key': '' } };
    await controller.apply(broken);
    await controller.run(['rollout', 'restart', 'deployment/bitcoin-controller']);
    await eventually(60, async () => {
      const log = await controller.run(['logs', 'deployment/bitcoin-controller']);
      expect(log).toContain('has no master-key of 32 bytes or more: restore it, or delete');
    });
    const before = await alice.incarnations();
    await controller.apply({ ...broken, data });
    const rollout = ['rollout', 'status', 'deployment/bitcoin-controller', '--timeout=60s'];
    await controller.run(rollout);
    await alice.create({ nodes: 2 });
    await alice.eventuallyMeshed(2, 30);
    for (const [pod, incarnation] of await alice.incarnations()) {
      expect(before.get(pod)).toEqual(incarnation);
    }
    await alice.delete();
  },
  240,
);
