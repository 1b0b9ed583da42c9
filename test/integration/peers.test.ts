import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** After any change of nodes or controller, exactly the planned links are up. */
const kubectl = useNamespace('peers');
const controller = new ControllerDeployment();
const alice = new Network(kubectl, 'alice');

/** Waits until links, addnode lists and status show a full mesh. */
async function waitForConnected(nodes: number, seconds: number): Promise<void> {
  await alice.waitForFullMesh(nodes, seconds);
  await alice.waitForAddnodeLists(nodes, Math.min(nodes - 1, 8), 5);
  await alice.waitForStatus({ readyNodes: nodes, connectedNodes: nodes }, 5);
}

/** Ends a node's bitcoind, and waits until its container has restarted. */
async function restartContainer(ordinal: number): Promise<void> {
  const restarts = async () => (await alice.incarnations()).get(alice.podName(ordinal))!.restarts;
  const before = await restarts();
  await alice.kubectl.run(['exec', alice.podName(ordinal), '--', 'sh', '-c', 'kill 1']);
  await eventually(60, async () => {
    expect(await restarts()).toBe(before + 1);
  });
  await alice.waitForCondition('Ready', 60);
}

afterAll(() => controller.scale(1), 90_000);

step(
  'a node is linked again after its container restarts',
  async () => {
    await alice.apply({ nodes: 3 });
    await alice.waitForCondition('Ready', 60);
    await waitForConnected(3, 5);
    await restartContainer(1);
    await waitForConnected(3, 5);
  },
  180,
);

step(
  'a network is fully linked after scaling to 12 nodes, a restart, and scaling to 3 nodes',
  async () => {
    await alice.apply({ nodes: 12 });
    await alice.waitForStatus({ readyNodes: 12 }, 90);
    await waitForConnected(12, 10);
    // It starts with the current peers, not with those of its first start.
    await restartContainer(0);
    await waitForConnected(12, 10);
    await alice.apply({ nodes: 3 });
    await eventually(60, async () => {
      expect((await alice.pods()).length).toBe(3);
    });
    await waitForConnected(3, 10);
  },
  300,
);

step(
  'a deleted pod is linked again within 65 s while no controller runs',
  async () => {
    await controller.scale(0);
    await alice.kubectl.run(['delete', 'pod', alice.podName(2)]);
    await eventually(60, async () => {
      expect((await alice.incarnations()).has(alice.podName(2))).toBe(true);
    });
    await alice.waitForFullMesh(3, 65);
  },
  180,
);

step(
  'a restarted controller applies the changes that it missed',
  async () => {
    await alice.apply({ nodes: 4 });
    await alice.kubectl.run(['scale', 'sts', 'alice-sts', '--replicas=2']);
    await eventually(30, async () => {
      expect((await alice.pods()).length).toBe(2);
    });
    await controller.scale(1);
    await alice.waitForStatus({ readyNodes: 4 }, 60);
    await waitForConnected(4, 10);
  },
  180,
);
