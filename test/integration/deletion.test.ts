import { setTimeout as sleep } from 'node:timers/promises';
import { Kubectl } from '../framework/kubectl.ts';
import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** Whatever a network is in the middle of when it is deleted, all of it is gone soon, for good. */
const kubectl = useNamespace('deletion');

/** What a network consists of. */
const kinds = 'statefulsets,services,configmaps,pods';

/** Waits until nothing of the networks is left. */
const eventuallyGone = (networks: readonly Network[], seconds: number) =>
  eventually(seconds, async () => {
    const names = networks.map(({ name }) => name).join(',');
    const left = await kubectl.run(['get', kinds, '-l', `app in (${names})`, '-o', 'name']);
    expect(left).toBe('');
  });

step(
  'before it has nodes',
  async () => {
    const empty = new Network(kubectl, 'empty');
    await empty.apply({ nodes: 0 });
    await empty.waitForCondition('Ready', 30);
    await empty.delete();
    // The garbage collector learns of a new kind within 30 s.
    await eventuallyGone([empty], 45);
  },
  90,
);

step(
  'while its nodes start',
  async () => {
    // Some nodes have not begun, some copy bitcoin-cli, some are about to be bitcoind.
    const networks = Array.from({ length: 5 }, (_, i) => new Network(kubectl, `starting-${i}`));
    for (const [i, network] of networks.entries()) {
      await network.apply({ nodes: 24 });
      await sleep(i * 500);
      await network.delete();
      await eventuallyGone([network], 30);
    }
  },
  180,
);

step(
  'while it grows, shrinks, or replaces its nodes',
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
    await eventuallyGone(networks, 30);
  },
  180,
);

step(
  'with its namespace, while its nodes start',
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
    await eventuallyGone([outside], 30);
  },
  180,
);

step(
  'and its name can be used at once',
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
    await eventuallyGone([again], 30);
  },
  180,
);
