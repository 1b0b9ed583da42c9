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
import { formatNumber, loadAverage, median, printFigure, printTitle, summary } from './figures.ts';

const size = 300;
const rounds = 5;

/** Measures how long the controller takes to create the objects of many networks. */
export async function creation(): Promise<void> {
  printTitle(
    `${size} networks created at once`,
    'networks without nodes; time from the first request until a watch delivers the last ' +
      'StatefulSet, and until the last network is Ready; for comparison, the time in which a bare ' +
      'client creates the same three objects per network, 16 at a time',
  );
  await Cluster.use(async (cluster) => {
    const controller = await cluster.startController();
    await controller.waitUntilReady();
    const seconds = { stored: [], statefulSets: [], ready: [], bare: [], cpu: [] } as Record<
      string,
      number[]
    >;
    const begin = new Date();
    for (let round = 0; round < rounds; round++) {
      const cpuBefore = controller.cpuSeconds();
      for (const [name, value] of Object.entries(await create(cluster, round)))
        seconds[name]!.push(value);
      seconds.cpu!.push(controller.cpuSeconds() - cpuBefore);
      seconds.bare!.push(await createBare(cluster, round));
    }
    printFigure('until all networks are stored', summary(seconds.stored!, 's'));
    printFigure('until all StatefulSets exist', summary(seconds.statefulSets!, 's'));
    printFigure('until all networks are Ready', summary(seconds.ready!, 's'));
    printFigure('CPU time of the controller', summary(seconds.cpu!, 's'));
    printFigure('the same objects created by a bare client', summary(seconds.bare!, 's'));
    printFigure(
      'ratio of the medians, StatefulSets to bare client',
      formatNumber(median(seconds.statefulSets!) / median(seconds.bare!)),
    );
    await controller.waitUntilIdle();
    const requests = [...(await cluster.audit.requestsSince(begin))]
      .filter(([request]) => !request.includes('leases'))
      .map(([request, count]) => `${formatNumber(count / (rounds * size))} ${request}`);
    printFigure('requests of the controller per network', requests.join(', '));
    printFigure('load average afterwards', loadAverage());
  });
}

/** Creates the networks of a round; returns the seconds until each stage is reached. */
async function create({ client }: Cluster, round: number) {
  const prefix = `r${round}-`;
  const isOfRound = ({ metadata }: KubeObject) => metadata.name.startsWith(prefix);
  const sets = new Informer(client, statefulSets, isOfRound);
  const networks = new Informer<BitcoinNetwork>(
    client,
    bitcoinNetworks,
    (network) => isOfRound(network) && isReady(network),
  );
  await Promise.all([sets.waitForSync(), networks.waitForSync()]);
  const names = Array.from({ length: size }, (_, index) => prefix + networkName(index));
  const start = performance.now();
  const secondsUntil = async (end: Promise<unknown>) => {
    await end;
    return (performance.now() - start) / 1000;
  };
  const creating = forEachConcurrently(
    names,
    (name) => createNetwork(client, name, { nodes: 0 }),
    64,
  );
  const [stored, statefulSetsExist, ready] = await Promise.all([
    secondsUntil(creating),
    secondsUntil(sets.waitUntil(() => sets.matchCount === size)),
    secondsUntil(networks.waitUntil(() => networks.matchCount === size)),
  ]);
  await Promise.all([sets.stop(), networks.stop()]);
  return { stored, statefulSets: statefulSetsExist, ready };
}

type StoredObject = UnstructuredObject & { readonly spec?: object };

/** Creates copies of a round's objects by other names, without a controller. */
async function createBare({ client }: Cluster, round: number): Promise<number> {
  const copies: { resource: Resource; object: KubeObject }[] = [];
  for (const resource of [configMaps, services, statefulSets]) {
    const { items } = await client.list<StoredObject>(resource, { namespace: testNamespace });
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
        } as StoredObject,
      });
    }
  }
  const start = performance.now();
  await forEachConcurrently(copies, ({ resource, object }) => client.create(resource, object), 16);
  return (performance.now() - start) / 1000;
}
