import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../framework/eventually.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** A deleted network leaves nothing behind, in whatever state it is deleted. */
const kubectl = useNamespace('deletion');

/** The kinds of a network's objects. */
const kinds = 'statefulsets,services,configmaps,pods';

/** Waits until the networks have no objects. */
const waitForRemoval = (networks: readonly Network[], seconds: number) =>
  eventually(seconds, async () => {
    const names = networks.map(({ name }) => name).join(',');
    const left = await kubectl.run(['get', kinds, '-l', `app in (${names})`, '-o', 'name']);
    expect(left).toBe('');
  });

step(
  'a network without nodes is removed',
  async () => {
    const empty = new Network(kubectl, 'empty');
    await empty.apply({ nodes: 0 });
    await empty.waitForCondition('Ready', 30);
    await empty.delete();
    // The garbage collector discovers a new kind within 30 s.
    await waitForRemoval([empty], 45);
  },
  90,
);

step(
  'a network whose nodes are starting is removed',
  async () => {
    // Some nodes have not started, some run the init container, some start bitcoind.
    const networks = Array.from({ length: 5 }, (_, i) => new Network(kubectl, `starting-${i}`));
    for (const [i, network] of networks.entries()) {
      await network.apply({ nodes: 24 });
      await sleep(i * 500);
      await network.delete();
      await waitForRemoval([network], 30);
    }
  },
  180,
);

step(
  'a network that is scaled up, scaled down or rolled is removed',
  async () => {
    const [growing, shrinking, rolling] = ['growing', 'shrinking', 'rolling'].map(
      (name) => new Network(kubectl, name),
    ) as [Network, Network, Network];
    const networks = [growing, shrinking, rolling];
    for (const network of networks) await network.apply({ nodes: 3 });
    for (const network of networks) await network.waitForCondition('Ready', 60);
    await growing.apply({ nodes: 8 });
    await shrinking.apply({ nodes: 1 });
    await rolling.apply({ nodes: 3, config: { txindex: 1 } });
    await rolling.waitForCondition('Ready=False', 30);
    for (const network of networks) await network.delete();
    await waitForRemoval(networks, 30);
  },
  180,
);

step(
  'a deleted namespace removes its networks, and networks in other namespaces keep working',
  async () => {
    const cluster = new Kubectl();
    const namespace = `${kubectl.namespace!}-all`;
    await cluster.run(['create', 'namespace', namespace]);
    const inside = Array.from(
      { length: 3 },
      (_, i) => new Network(cluster.in(namespace), `inside-${i}`),
    );
    const outside = new Network(kubectl, 'outside');
    for (const network of inside) await network.apply({ nodes: 2 });
    await inside[0]!.waitForCondition('Ready', 60);
    await cluster.run(['delete', 'namespace', namespace, '--wait=false']);
    await outside.apply({ nodes: 2 });
    await outside.waitForCondition('Ready', 60);
    await cluster.run(['wait', '--for=delete', `namespace/${namespace}`, '--timeout=60s']);
    await outside.delete();
    await waitForRemoval([outside], 30);
  },
  180,
);

step(
  'the name of a deleted network can be reused at once',
  async () => {
    const again = new Network(kubectl, 'again');
    await again.apply({ nodes: 2 });
    await again.waitForCondition('Ready', 60);
    const before = await again.resource();
    await again.delete({ wait: true });
    await again.apply({ nodes: 3 });
    await again.waitForCondition('Ready', 60);
    await again.waitForFullMesh(3, 5);
    expect((await again.resource()).metadata.uid).not.toBe(before.metadata.uid);
    await again.delete();
    await waitForRemoval([again], 30);
  },
  180,
);
