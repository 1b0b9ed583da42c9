import { setTimeout as sleep } from 'node:timers/promises';
import { countWrites, formatRequests } from '../test/framework/audit-log.ts';
import { Cluster } from '../test/framework/cluster.ts';
import { forEachConcurrently } from '../test/framework/concurrency.ts';
import { FailingNode, type NodeFailure } from '../test/framework/failing-node.ts';
import { FakeBitcoind } from '../test/framework/fake-bitcoind.ts';
import { FakeKubelet } from '../test/framework/fake-kubelet.ts';
import { Informer } from '../test/framework/informer.ts';
import {
  createNetwork,
  editNetwork,
  isEditApplied,
  networkName,
} from '../test/framework/network-client.ts';
import { configMaps, pods } from '../test/framework/resources.ts';
import { isPodReady, type Pod } from '../test/framework/pod.ts';
import { formatNumber, loadAverage, printFigure, printTitle, quantile } from './figures.ts';

const sizes = [0, 16, 64, 128];
const nodes = 3;
const healthy = 'healthy';
/** Milliseconds between two edits of the healthy network. */
const interval = 200;
const editSeconds = 40;
const quietSeconds = 30;

/** Measures what networks whose nodes fail cost the others. */
export async function tenants(): Promise<void> {
  printTitle(
    'edits of a healthy network beside networks that fail',
    `one network of ${nodes} fake nodes beside 0 to ${sizes.at(-1)!} of which every node accepts RPC ` +
      'requests and never answers, or rejects the credentials; time from sending a patch of ' +
      `spec.config until a watch delivers the changed ConfigMap, one every ${interval} ms for ` +
      `${editSeconds} s; then the controller's requests in ${quietSeconds} s without edits`,
  );
  await measure(sizes, 'silent');
  await measure(sizes.slice(1, 2), 'unauthorized');
}

async function measure(counts: readonly number[], failure: NodeFailure): Promise<void> {
  await Cluster.use(async (cluster) => {
    const { client } = cluster;
    const failing: FailingNode[] = [];
    const kubelet = await FakeKubelet.start(client, async (address, pod) => {
      if (pod.startsWith(healthy)) return FakeBitcoind.listen(address);
      const node = await FailingNode.listen(address, failure);
      failing.push(node);
      return node;
    });
    const controller = await cluster.startController();
    const informer = new Informer(client, configMaps, () => true);
    const podInformer = new Informer<Pod>(client, pods, isPodReady);
    await createNetwork(client, healthy, { nodes });
    let created = 0;
    let value = 100;
    for (const count of counts) {
      const added = Array.from({ length: count - created }, (_, index) => created + index);
      created = count;
      await forEachConcurrently(added.map(networkName), (name) =>
        createNetwork(client, name, { nodes }),
      );
      await podInformer.waitUntil(() => podInformer.matchCount === (count + 1) * nodes);
      const title = `${count} ${failure} networks`;

      const durations: number[] = [];
      for (const end = performance.now() + editSeconds * 1000; performance.now() < end;) {
        const edit = ++value;
        const begin = performance.now();
        await editNetwork(client, healthy, edit);
        const applied = await informer.waitUntil(() =>
          isEditApplied(informer.get(`${healthy}-config`), edit),
        );
        durations.push(applied - begin);
        await sleep(interval);
      }
      const at = (fraction: number) => formatNumber(quantile(durations, fraction));
      printFigure(
        `${title}, until the ConfigMap is changed`,
        `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms of ${durations.length} edits; ` +
          `memory ${formatNumber(controller.memory().now)} MB; load ${loadAverage()}`,
      );

      const calls = () => failing.reduce((sum, { callCount }) => sum + callCount, 0);
      const [begin, callsBefore] = [new Date(), calls()];
      await sleep(quietSeconds * 1000);
      const requests = await cluster.audit.requestsSince(begin);
      printFigure(
        `${title}, in ${quietSeconds} s without edits`,
        `${calls() - callsBefore} RPC requests to failing nodes, ${countWrites(requests)} writes ` +
          `(${formatRequests(requests)})`,
      );
    }
    await Promise.all([informer.stop(), podInformer.stop()]);
    await kubelet.stop();
  });
}
