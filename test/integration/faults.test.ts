import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { eventually } from '../framework/eventually.ts';
import { leaseHolder } from '../framework/lease.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** No edit is missed while controllers are killed, and of two controllers only one works. */
const kubectl = useNamespace('faults');
const controller = new ControllerDeployment();
const networks = Array.from({ length: 5 }, (_, i) => new Network(kubectl, `network-${i}`));

const edit = (network: Network, maxconnections: number) =>
  network.patch({ config: { maxconnections } });

/** Waits until the ConfigMap has the value and the status the current generation. */
const waitForEdit = (network: Network, maxconnections: number, seconds: number) =>
  eventually(seconds, async () => {
    const name = `${network.name}-config`;
    const { data } = await kubectl.get<{ data: Record<string, string> }>('configmap', name);
    expect(data['bitcoin.conf']).toContain(`maxconnections=${maxconnections}\n`);
    const { metadata, status } = await network.resource();
    expect(status!.observedGeneration).toBe(metadata.generation);
  });

const holder = () => leaseHolder(controller.kubectl);

/** Kills a controller before it can release its Lease. */
const kill = (pod: string) =>
  controller.kubectl.run(['delete', 'pod', pod, '--grace-period=0', '--force', '--wait=false']);

afterAll(() => controller.scale(1), 90_000);

step(
  'a controller that is killed repeatedly misses no edit',
  async () => {
    for (const network of networks) await network.apply({ nodes: 0 });
    for (const network of networks) await network.waitForCondition('Ready', 60);
    const expected = new Map<Network, number>();
    for (let round = 0; round < 20; round++) {
      const network = networks[round % networks.length]!;
      await edit(network, 100 + round);
      expected.set(network, 100 + round);
      if (round % 4 !== 0) continue;
      for (const pod of await controller.podNames()) await kill(pod);
    }
    for (const [network, value] of expected) await waitForEdit(network, value, 90);
  },
  240,
);

step(
  'of two controllers only the leader works, and the other takes over when the leader is killed',
  async () => {
    await controller.scale(2);
    const leader = await holder();
    const standby = (await controller.podNames()).find((name) => name !== leader)!;
    await edit(networks[0]!, 200);
    await waitForEdit(networks[0]!, 200, 10);
    expect(await controller.logs(leader)).toContain('"msg":"running"');
    expect(await controller.logs(standby)).not.toContain('"msg":"running"');
    await kill(leader);
    // A kubelet may end it gracefully, so it may apply one more edit before.
    await eventually(40, async () => {
      expect(await holder()).not.toBe(leader);
    });
    await edit(networks[0]!, 201);
    await waitForEdit(networks[0]!, 201, 40);
  },
  180,
);
