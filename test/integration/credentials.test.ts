import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { conditionOf } from '../framework/network-resource.ts';
import { step } from '../framework/step.ts';

/** The key that the controller's logins derive from is lost, or changed on purpose. */
const kubectl = useNamespace('credentials');
const controller = new ControllerDeployment();
const alice = new Network(kubectl, 'alice');
const blocks = 150;

const rpcauth = async () => {
  const { data } = await kubectl.get<{ data: Record<string, string> }>('configmap', 'alice-config');
  return /^rpcauth=.*$/m.exec(data['bitcoin.conf']!)![0];
};

step(
  'without its Secret a running controller works on, and a restart makes another key',
  async () => {
    await alice.apply({ nodes: 3 });
    await alice.waitForCondition('Ready', 60);
    await alice.waitForCondition('PeersConnected', 10);
    await alice.mine(blocks);
    await eventually(30, async () => {
      expect(await alice.heights(3)).toEqual([blocks, blocks, blocks]);
    });
    const before = { login: await rpcauth(), pods: await alice.incarnations() };

    await controller.kubectl.run(['delete', 'secret', 'bitcoin-controller-key']);
    await alice.apply({ nodes: 4 });
    await alice.waitForFullMesh(4, 60);
    await alice.apply({ nodes: 3 });
    await eventually(60, async () => {
      expect(await alice.incarnations()).toEqual(before.pods);
    });

    await controller.restart();
    await controller.waitForRollout();
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
      expect(conditionOf(await alice.resource(), 'PeersConnected')).toMatchObject({
        status: 'False',
        reason: 'RpcUnauthorized',
      });
    });
    await eventually(180, async () => {
      const resource = await alice.resource();
      expect(conditionOf(resource, 'Ready').status).toBe('True');
      expect(conditionOf(resource, 'PeersConnected').status).toBe('True');
    });
    await eventually(30, async () => {
      expect(await alice.heights(3)).toEqual([blocks, blocks, blocks]);
    });
    await alice.waitForFullMesh(3, 5);
    for (const [, { restarts }] of await alice.incarnations()) expect(restarts).toBe(0);
  },
  300,
);

step(
  'a Secret without a key stops the controller, which says what to do, until it is mended',
  async () => {
    const { data } = await controller.kubectl.get<{ data: Record<string, string> }>(
      'secret',
      'bitcoin-controller-key',
    );
    await controller.kubectl.run(['delete', 'secret', 'bitcoin-controller-key']);
    const metadata = { name: 'bitcoin-controller-key' };
    const broken = { apiVersion: 'v1', kind: 'Secret', metadata, data: { 'master-key': '' } };
    await controller.kubectl.apply(broken);
    await controller.restart();
    await eventually(60, async () => {
      expect(await controller.logs()).toContain(
        'has no master-key of 32 bytes or more: restore it, or delete',
      );
    });
    const before = await alice.incarnations();
    await controller.kubectl.apply({ ...broken, data });
    await controller.waitForRollout();
    await alice.apply({ nodes: 2 });
    await alice.waitForFullMesh(2, 30);
    for (const [pod, incarnation] of await alice.incarnations()) {
      expect(before.get(pod)).toEqual(incarnation);
    }
    await alice.delete();
  },
  240,
);
