import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { conditionOf } from '../framework/network-resource.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** The Secret with the controller's master key is deleted, replaced or damaged. */
const kubectl = useNamespace('credentials');
const controller = new ControllerDeployment();
const alice = new Network(kubectl, 'alice');
const blocks = 150;

const rpcauth = async () => {
  const { data } = await kubectl.get<{ data: Record<string, string> }>('configmap', 'alice-config');
  return /^rpcauth=.*$/m.exec(data['bitcoin.conf']!)![0];
};

step(
  'a running controller works without its Secret, and a restarted one generates a new key',
  async () => {
    await alice.apply({ nodes: 3 });
    await alice.waitForCondition('Ready', 60);
    await alice.waitForCondition('PeersConnected', 10);
    await alice.mine(blocks);
    await eventually(30, async () => {
      expect(await alice.heights(3)).toEqual([blocks, blocks, blocks]);
    });
    const before = { rpcauth: await rpcauth(), pods: await alice.incarnations() };

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
      expect(await rpcauth()).not.toBe(before.rpcauth);
    });
  },
  300,
);

step(
  'nodes that reject the new credentials are reported, and replaced without losing a block',
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
  'a controller whose Secret has no key logs what to do, and starts once the key is restored',
  async () => {
    const { data } = await controller.kubectl.get<{ data: Record<string, string> }>(
      'secret',
      'bitcoin-controller-key',
    );
    await controller.kubectl.run(['delete', 'secret', 'bitcoin-controller-key']);
    const metadata = { name: 'bitcoin-controller-key' };
    const empty = { apiVersion: 'v1', kind: 'Secret', metadata, data: { 'master-key': '' } };
    await controller.kubectl.apply(empty);
    await controller.restart();
    await eventually(60, async () => {
      expect(await controller.logs()).toMatch(
        /no master-key of 32 bytes or more: restore .+, or delete the Secret/,
      );
    });
    const before = await alice.incarnations();
    await controller.kubectl.apply({ ...empty, data });
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
