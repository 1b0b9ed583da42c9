import { Kubectl } from '../framework/kubectl.ts';
import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** Whatever happens to nodes and controller, the planned links come up, and no others are left. */
const kubectl = useNamespace('peers');
const controller = new Kubectl().in('bitcoin-controller');
const alice = new Network(kubectl, 'alice');

/** Waits until node, status and lists agree that this is a full mesh. */
async function eventuallyWhole(nodes: number, seconds: number): Promise<void> {
  await alice.eventuallyMeshed(nodes, seconds);
  await alice.eventuallyLists(nodes, Math.min(nodes - 1, 8), 5);
  await eventually(5, async () => {
    expect(await alice.resource()).toMatchObject({
      status: { readyNodes: nodes, connectedNodes: nodes },
    });
  });
}

/** Ends a node's bitcoind in place, and waits until it runs again. */
async function restartInPlace(ordinal: number): Promise<void> {
  const restarts = async () => (await alice.incarnations()).get(alice.pod(ordinal))!.restarts;
  const before = await restarts();
  await alice.kubectl.run(['exec', alice.pod(ordinal), '--', 'sh', '-c', 'kill 1']);
  await eventually(60, async () => {
    expect(await restarts()).toBe(before + 1);
  });
  await alice.wait('Ready', 60);
}

const controllerReplicas = async (replicas: number) => {
  await controller.run(['scale', 'deployment', 'bitcoin-controller', `--replicas=${replicas}`]);
  await controller.run(['rollout', 'status', 'deployment/bitcoin-controller', '--timeout=60s']);
  if (replicas > 0) return;
  await eventually(40, async () => {
    expect((await controller.get<{ items: unknown[] }>('pods')).items).toEqual([]);
  });
};

afterAll(() => controllerReplicas(1), 90_000);

step(
  'a bitcoind that ends in place is linked again',
  async () => {
    await alice.create({ nodes: 3 });
    await alice.wait('Ready', 60);
    await eventuallyWhole(3, 5);
    await restartInPlace(1);
    await eventuallyWhole(3, 5);
  },
  180,
);

step(
  'three nodes become twelve, one of them ends in place, and they are three again',
  async () => {
    await alice.create({ nodes: 12 });
    await eventually(90, async () => {
      expect(await alice.resource()).toMatchObject({ status: { readyNodes: 12 } });
    });
    await eventuallyWhole(12, 10);
    // It comes back with the peers of today, not with those it was first started with.
    await restartInPlace(0);
    await eventuallyWhole(12, 10);
    await alice.create({ nodes: 3 });
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
    await controllerReplicas(0);
    await alice.kubectl.run(['delete', 'pod', alice.pod(2)]);
    await eventually(60, async () => {
      expect((await alice.incarnations()).has(alice.pod(2))).toBe(true);
    });
    await alice.eventuallyMeshed(3, 65);
  },
  180,
);

step(
  'a controller that comes back makes what was missed meanwhile',
  async () => {
    await alice.create({ nodes: 4 });
    await alice.kubectl.run(['scale', 'sts', 'alice-sts', '--replicas=2']);
    await eventually(30, async () => {
      expect((await alice.pods()).length).toBe(2);
    });
    await controllerReplicas(1);
    await eventually(60, async () => {
      expect(await alice.resource()).toMatchObject({ status: { readyNodes: 4 } });
    });
    await eventuallyWhole(4, 10);
  },
  180,
);
