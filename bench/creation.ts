import type { BitcoinNetwork } from '../imports/bitcoin-network.ts';
import type { KubeObject, Resource, UnstructuredObject } from '../kube/index.ts';
import { Cluster, testNamespace } from '../test/framework/cluster.ts';
import { forEachConcurrently } from '../test/framework/concurrency.ts';
import { Informer } from '../test/framework/informer.ts';
import { createNetwork, networkName } from '../test/framework/network-client.ts';
import { isReady } from '../test/framework/network-resource.ts';
import {
  bitcoinNetworks,
  configMaps,
  services,
  statefulSets,
} from '../test/framework/resources.ts';
import { figure, load, median, short, summary, title } from './figures.ts';

const size = 300;
const rounds = 5;

/** Many networks created at once. */
export async function creation(): Promise<void> {
  title(
    `${size} networks created at once`,
    'nodes: 0; from sending the first until the last StatefulSet arrives on a watch, and until the ' +
      'last network is Ready; for comparison, the same three objects a network created by a client ' +
      'that does nothing else, 16 at a time',
  );
  await Cluster.use(async (cluster) => {
    const controller = await cluster.startController();
    await controller.waitUntilReady();
    const took = { created: [], sets: [], ready: [], bare: [], cpu: [] } as Record<
      string,
      number[]
    >;
    const begin = new Date();
    for (let round = 0; round < rounds; round++) {
      const cpu = controller.cpuSeconds();
      for (const [what, value] of Object.entries(await create(cluster, round)))
        took[what]!.push(value);
      took.cpu!.push(controller.cpuSeconds() - cpu);
      took.bare!.push(await createBare(cluster, round));
    }
    figure('all networks stored', summary(took.created!, 's'));
    figure('all StatefulSets there', summary(took.sets!, 's'));
    figure('all networks Ready', summary(took.ready!, 's'));
    figure("the controller's processor time", summary(took.cpu!, 's'));
    figure('the objects alone', summary(took.bare!, 's'));
    figure('ratio of the medians', short(median(took.sets!) / median(took.bare!)));
    await controller.waitUntilIdle();
    const requests = [...(await cluster.audit.requestsSince(begin))]
      .filter(([what]) => !what.includes('leases'))
      .map(([what, count]) => `${short(count / (rounds * size))} ${what}`);
    figure("the controller's requests a network", requests.join(', '));
    figure('load average after', load());
  });
}

async function create({ client }: Cluster, round: number) {
  const prefix = `r${round}-`;
  const isOurs = ({ metadata }: KubeObject) => metadata.name.startsWith(prefix);
  const sets = new Informer(client, statefulSets, isOurs);
  const networks = new Informer<BitcoinNetwork>(
    client,
    bitcoinNetworks,
    (network) => isOurs(network) && isReady(network),
  );
  await Promise.all([sets.waitForSync(), networks.waitForSync()]);
  const names = Array.from({ length: size }, (_, index) => prefix + networkName(index));
  const start = performance.now();
  const seconds = async (until: Promise<unknown>) => {
    await until;
    return (performance.now() - start) / 1000;
  };
  const creating = forEachConcurrently(
    names,
    (name) => createNetwork(client, name, { nodes: 0 }),
    64,
  );
  const [created, setsThere, ready] = await Promise.all([
    seconds(creating),
    seconds(sets.waitUntil(() => sets.matchCount === size)),
    seconds(networks.waitUntil(() => networks.matchCount === size)),
  ]);
  await Promise.all([sets.stop(), networks.stop()]);
  return { created, sets: setsThere, ready };
}

type Stored = UnstructuredObject & { readonly spec?: object };

/** The objects of a round once more, by other names, without a controller between. */
async function createBare({ client }: Cluster, round: number): Promise<number> {
  const copies: { resource: Resource; object: KubeObject }[] = [];
  for (const resource of [configMaps, services, statefulSets]) {
    const { items } = await client.list<Stored>(resource, { namespace: testNamespace });
    for (const { apiVersion, kind, metadata, spec, data } of items) {
      if (!metadata.name.startsWith(`r${round}-`)) continue;
      const name = `bare-${metadata.name}`;
      copies.push({
        resource,
        object: {
          apiVersion,
          kind,
          metadata: { name, namespace: testNamespace },
          spec,
          data,
        } as Stored,
      });
    }
  }
  const start = performance.now();
  await forEachConcurrently(copies, ({ resource, object }) => client.create(resource, object), 16);
  return (performance.now() - start) / 1000;
}
