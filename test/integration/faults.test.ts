import { eventually } from '../framework/eventually.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { useNamespace } from '../framework/namespace.ts';
import { bitcoinNetworks, Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** A controller that is killed, or runs twice, neither misses an edit nor does anything twice. */
const kubectl = useNamespace('faults');
const controller = new Kubectl().in('bitcoin-controller');
const networks = Array.from({ length: 5 }, (_, i) => new Network(kubectl, `network-${i}`));

const edit = (network: Network, maxconnections: number) => {
  const patch = JSON.stringify({ spec: { config: { maxconnections } } });
  return kubectl.run(['patch', bitcoinNetworks, network.name, '--type=merge', '-p', patch]);
};

/** Waits until the network's ConfigMap has the value, and its status the generation. */
const eventuallyApplied = (network: Network, maxconnections: number, seconds: number) =>
  eventually(seconds, async () => {
    const name = `${network.name}-config`;
    const { data } = await kubectl.get<{ data: Record<string, string> }>('configmap', name);
    expect(data['bitcoin.conf']).toContain(`maxconnections=${maxconnections}\n`);
    const { metadata, status } = await network.resource();
    expect(status!.observedGeneration).toBe(metadata.generation);
  });

const holder = async () => {
  const lease = await controller.get<{ spec: { holderIdentity: string } }>(
    'lease',
    'bitcoin-controller',
  );
  return lease.spec.holderIdentity;
};

const replicas = async (count: number) => {
  await controller.run(['scale', 'deployment', 'bitcoin-controller', `--replicas=${count}`]);
  const rollout = ['rollout', 'status', 'deployment/bitcoin-controller', '--timeout=60s'];
  await controller.run(rollout);
};

/** Without a chance to release its Lease. */
const kill = (pod: string) =>
  controller.run(['delete', 'pod', pod, '--grace-period=0', '--force', '--wait=false']);

afterAll(() => replicas(1), 90_000);

step(
  'a controller that is killed again and again misses no edit',
  async () => {
    for (const network of networks) await network.create({ nodes: 0 });
    for (const network of networks) await network.wait('Ready', 60);
    const wanted = new Map<Network, number>();
    for (let round = 0; round < 20; round++) {
      const network = networks[round % networks.length]!;
      await edit(network, 100 + round);
      wanted.set(network, 100 + round);
      if (round % 4 !== 0) continue;
      const pods = await controller.get<{ items: { metadata: { name: string } }[] }>('pods');
      for (const { metadata } of pods.items) await kill(metadata.name);
    }
    for (const [network, value] of wanted) await eventuallyApplied(network, value, 90);
  },
  240,
);

step(
  'of two controllers one works, and the other takes over when it is killed',
  async () => {
    await replicas(2);
    const leader = await holder();
    const { items } = await controller.get<{ items: { metadata: { name: string } }[] }>('pods');
    const standby = items.map(({ metadata }) => metadata.name).find((name) => name !== leader)!;
    await edit(networks[0]!, 200);
    await eventuallyApplied(networks[0]!, 200, 10);
    expect(await controller.run(['logs', leader])).toContain('"msg":"running"');
    expect(await controller.run(['logs', standby])).not.toContain('"msg":"running"');
    await kill(leader);
    // A kubelet may let it end in order, and so apply one edit more.
    await eventually(40, async () => {
      expect(await holder()).not.toBe(leader);
    });
    await edit(networks[0]!, 201);
    await eventuallyApplied(networks[0]!, 201, 40);
  },
  180,
);
