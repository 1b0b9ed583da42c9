import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { eventually } from '../framework/eventually.ts';
import { Kubectl } from '../framework/kubectl.ts';
import { installWithMetrics } from '../framework/metrics-install.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { openPort, type PodPort } from '../framework/pod-port.ts';
import { parsePrometheusText } from '../framework/prometheus-text.ts';
import { step } from '../framework/step.ts';

/** Metrics of the installed controller, as a Prometheus scrapes them. */

const inNamespace = useNamespace('metrics');
const network = new Network(inNamespace, 'alice');
const controller = new ControllerDeployment();
const cluster = new Kubectl();
const binding = `reader-of-${inNamespace.namespace!}`;
const port = 8090;

let scrapeAddress: PodPort | undefined;
let token: string;

beforeAll(async () => {
  await installWithMetrics(controller, { port, authentication: 'TokenReview' });
  scrapeAddress = await openPort(controller.kubectl, await controller.onlyPod(), port);
  await inNamespace.run(['create', 'serviceaccount', 'reader']);
  token = (await inNamespace.run(['create', 'token', 'reader'])).trim();
}, 120_000);

afterAll(async () => {
  scrapeAddress?.close();
  await installWithMetrics(controller);
  const roles = ['clusterrole/bitcoin-controller-metrics-reader', `clusterrolebinding/${binding}`];
  const review = ['clusterrole', 'clusterrolebinding'].map(
    (kind) => `${kind}/bitcoin-controller-metrics-review`,
  );
  await cluster.run(['delete', ...roles, ...review]);
  await controller.kubectl.run(['delete', 'service/bitcoin-controller-metrics']);
  // The next tests find the controller of dist/.
  const deployment = await controller.kubectl.get('deployment', 'bitcoin-controller');
  expect(JSON.stringify(deployment)).not.toContain('metrics');
}, 120_000);

function get(authorization?: string): Promise<Response> {
  const headers = authorization === undefined ? {} : { authorization };
  return fetch(`http://${scrapeAddress!.address}/metrics`, { headers });
}

/** The series of one scrape. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const response = await get(`Bearer ${token}`);
  expect(response.status).toBe(200);
  return parsePrometheusText(await response.text()).series;
}

/** Returns the value of a metric of the network, or of one of its pods. */
function valueOf(series: ReadonlyMap<string, number>, name: string, pod?: string) {
  const labels = `namespace="${inNamespace.namespace!}",network="alice"`;
  const podLabel = pod === undefined ? '' : `,pod="${pod}"`;
  return series.get(`bitcoin_network_${name}{${labels}${podLabel}}`);
}

step(
  'metrics are for users who may get the URL /metrics only',
  async () => {
    expect((await get()).status).toBe(401);
    expect((await get('Bearer nonsense')).status).toBe(401);
    expect((await get(`Bearer ${token}`)).status).toBe(403);
    const account = `--serviceaccount=${inNamespace.namespace!}:reader`;
    const role = '--clusterrole=bitcoin-controller-metrics-reader';
    await cluster.run(['create', 'clusterrolebinding', binding, role, account]);
    await eventually(20, async () => {
      expect((await get(`Bearer ${token}`)).status).toBe(200);
    });
  },
  60,
);

step(
  'a network of 3 nodes is ready, connected and at its height',
  async () => {
    await network.apply({ nodes: 3 });
    await network.waitForCondition('Ready', 90);
    await network.waitForCondition('PeersConnected', 30);
    const series = await scrape();
    const values = ['ready', 'connected', 'stalled', 'rollout_in_progress'].map((name) =>
      valueOf(series, name),
    );
    expect(values).toEqual([1, 1, 0, 0]);
    for (const name of ['nodes_desired', 'nodes_ready', 'nodes_connected']) {
      expect([name, valueOf(series, name)]).toEqual([name, 3]);
    }
    expect(valueOf(series, 'links_planned')).toBe(3);
    expect(valueOf(series, 'links_up')).toBe(3);
    for (const ordinal of [0, 1, 2]) {
      const pod = network.podName(ordinal);
      expect(valueOf(series, 'node_ready', pod)).toBe(1);
      expect(valueOf(series, 'node_connected', pod)).toBe(1);
      expect(valueOf(series, 'node_peers', pod)).toBe(2);
      expect(valueOf(series, 'node_rpc_up', pod)).toBe(1);
    }
    await network.mine(7);
    await eventually(45, async () => {
      const later = await scrape();
      expect(valueOf(later, 'height')).toBe(7);
      expect(valueOf(later, 'height_lowest')).toBe(7);
      expect(valueOf(later, 'node_height', network.podName(2))).toBe(7);
    });
  },
  240,
);

step(
  'the controller counts its reconciles, requests and RPC',
  async () => {
    const series = await scrape();
    const host = [...series.keys()].find((id) => id.startsWith('rest_client_requests_total{'))!;
    expect(host).toMatch(/code="\d+",host="[^"]+:\d+",method="[A-Z]+"/);
    for (const id of [
      'controller_runtime_reconcile_total{controller="bitcoinnetwork",result="requeue_after"}',
      'controller_runtime_reconcile_time_seconds_count{controller="bitcoinnetwork-nodes"}',
      'workqueue_adds_total{controller="bitcoinnetwork",name="bitcoinnetwork"}',
      'reflector_watches_total{name="pods"}',
      'bitcoin_network_rpc_duration_seconds_count{outcome="success"}',
      'leader_election_master_status{name="bitcoin-controller"}',
    ]) {
      expect([id, (series.get(id) ?? 0) > 0]).toEqual([id, true]);
    }
  },
  30,
);

step(
  'the links of a deleted pod go down and up again',
  async () => {
    const name = network.podName(1);
    const uid = (await network.incarnations()).get(name)!.uid;
    await inNamespace.run(['delete', 'pod', name, '--wait=false']);
    await eventually(30, async () => {
      const series = await scrape();
      expect(valueOf(series, 'links_up')).toBe(1);
      expect(valueOf(series, 'nodes_ready')).toBe(2);
      expect(valueOf(series, 'links_planned')).toBe(3);
      expect(valueOf(series, 'node_ready', name)).toBe(0);
    });
    await eventually(90, async () => {
      expect((await network.incarnations()).get(name)?.uid).not.toBe(uid);
      expect(valueOf(await scrape(), 'links_up')).toBe(3);
    });
  },
  150,
);

step(
  'a deleted network has no series',
  async () => {
    await network.delete({ wait: true });
    await eventually(10, async () => {
      const series = await scrape();
      const left = [...series.keys()].filter((id) => id.includes(inNamespace.namespace!));
      expect(left).toEqual([]);
    });
  },
  60,
);
