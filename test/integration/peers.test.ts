import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** Whatever happens to nodes and controller, the planned links come up, and no others are left. */
const kubectl = useNamespace('peers');
const controller = new ControllerDeployment();
const alice = new Network(kubectl, 'alice');

/** Waits until node, status and lists agree that this is a full mesh. */
async function eventuallyWhole(nodes: number, seconds: number): Promise<void> {
  await alice.waitForFullMesh(nodes, seconds);
  await alice.waitForAddnodeLists(nodes, Math.min(nodes - 1, 8), 5);
  await alice.waitForStatus({ readyNodes: nodes, connectedNodes: nodes }, 5);
}

/** Ends a node's bitcoind in place, and waits until it runs again. */
async function restartInPlace(ordinal: number): Promise<void> {
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
  'a bitcoind that ends in place is linked again',
  async () => {
    await alice.apply({ nodes: 3 });
    await alice.waitForCondition('Ready', 60);
    await eventuallyWhole(3, 5);
    await restartInPlace(1);
    await eventuallyWhole(3, 5);
  },
  180,
);

step(
  'three nodes become twelve, one of them ends in place, and they are three again',
  async () => {
    await alice.apply({ nodes: 12 });
    await alice.waitForStatus({ readyNodes: 12 }, 90);
    await eventuallyWhole(12, 10);
    // It comes back with the peers of today, not with those it was first started with.
    await restartInPlace(0);
    await eventuallyWhole(12, 10);
    await alice.apply({ nodes: 3 });
    await eventually(60, async () => {
      expect((await alice.pods()).length).toBe(3);
    });
    await eventuallyWhole(3, 10);
  },
  300,
);

step(
  'without the controller a deleted pod is linked again within 65 s',
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
  'a controller that comes back makes what was missed meanwhile',
  async () => {
    await alice.apply({ nodes: 4 });
    await alice.kubectl.run(['scale', 'sts', 'alice-sts', '--replicas=2']);
    await eventually(30, async () => {
      expect((await alice.pods()).length).toBe(2);
    });
    await controller.scale(1);
    await alice.waitForStatus({ readyNodes: 4 }, 60);
    await eventuallyWhole(4, 10);
  },
  180,
);
