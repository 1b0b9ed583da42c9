import { alerts } from '../../constructs/monitoring/alerts.ts';
import { dashboard } from '../../constructs/monitoring/dashboard/dashboard.ts';
import { alertRules } from '../../constructs/monitoring/rules.ts';
import { ControllerDeployment } from '../framework/controller-deployment.ts';
import { eventually } from '../framework/eventually.ts';
import { installWithMetrics } from '../framework/metrics-install.ts';
import { useNamespace } from '../framework/namespace.ts';
import { Network } from '../framework/network.ts';
import { openPort, type PodPort } from '../framework/pod-port.ts';
import { buildPrometheus, Prometheus, prometheusBuildLimit } from '../framework/prometheus.ts';
import { step } from '../framework/step.ts';

/** The dashboard and the alerts on what a Prometheus scrapes from the installed controller. */

const inNamespace = useNamespace('dashboard');
const network = new Network(inNamespace, 'alice');
const controller = new ControllerDeployment();
const port = 8090;

let scrapeAddress: PodPort | undefined;
let prometheus: Prometheus | undefined;

beforeAll(async () => {
  const { prometheus: program } = await buildPrometheus();
  await installWithMetrics(controller, { port });
  scrapeAddress = await openPort(controller.kubectl, await controller.onlyPod(), port);
  const target = scrapeAddress.address;
  prometheus = await Prometheus.start({ program, target, rules: alertRules() });
}, prometheusBuildLimit);

afterAll(async () => {
  await prometheus?.stop();
  scrapeAddress?.close();
  await installWithMetrics(controller);
  await controller.kubectl.run(['delete', 'service/bitcoin-controller-metrics']);
}, 120_000);

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** The queries of all panels with the values of Grafana's variables. */
function panelQueries(): [title: string, query: string][] {
  const { panels } = dashboard() as { panels: readonly Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => {
      const query = expr
        .replaceAll('$namespace', inNamespace.namespace!)
        .replaceAll('$network', '.*')
        .replaceAll('$__rate_interval', '1m');
      return [title, query] as [string, string];
    }),
  );
}

/** The current value of a gauge of the network; undefined without one. */
async function gauge(name: string, range?: (selector: string) => string) {
  const labels = `namespace="${inNamespace.namespace!}",network="alice"`;
  const selector = `bitcoin_network_${name}{${labels}}`;
  const samples = await prometheus!.query(range ? range(selector) : selector);
  expect(samples.length).toBeLessThanOrEqual(1);
  return samples[0]?.value;
}

step(
  'Prometheus shows the links of a new network',
  async () => {
    await network.apply({ nodes: 3 });
    await network.waitForCondition('PeersConnected', 90);
    await network.mine(3);
    await eventually(30, async () => {
      expect([await gauge('links_planned'), await gauge('links_up')]).toEqual([3, 3]);
    });
  },
  150,
);

step(
  'each query of the dashboard returns data',
  async () => {
    const queries = panelQueries();
    expect(queries.length).toBeGreaterThan(20);
    await eventually(60, async () => {
      const missing: string[] = [];
      for (const [title, query] of queries) {
        const samples = await prometheus!.query(query);
        if (!samples.some(({ value }) => Number.isFinite(value))) {
          missing.push(`${title}: ${query}`);
        }
      }
      expect(missing).toEqual([]);
    });
  },
  90,
);

step(
  'Prometheus evaluates each alert, and none is pending for a healthy network',
  async () => {
    await eventually(30, async () => {
      const rules = await prometheus!.alerts();
      expect(rules.map(({ name }) => name).sort()).toEqual(Object.keys(alerts).sort());
      const failing = rules.filter(({ health }) => health !== 'ok');
      expect(failing).toEqual([]);
      // Networks of other tests may have problems.
      const controllerAlerts = 'ALERTS{alertname=~"BitcoinController(Down|NoLeader)"}';
      const networkAlerts = `ALERTS{namespace="${inNamespace.namespace!}"}`;
      expect(await prometheus!.query(`${controllerAlerts} or ${networkAlerts}`)).toEqual([]);
    });
  },
  60,
);

step(
  'Prometheus shows the links of a deleted pod go down and up',
  async () => {
    await inNamespace.run(['delete', 'pod', network.podName(1), '--wait=false']);
    await eventually(30, async () => {
      expect(await gauge('links_up')).toBe(1);
    });
    await eventually(90, async () => {
      expect(await gauge('links_up')).toBe(3);
    });
    // The panels show the past, which a scrape alone does not.
    expect(await gauge('links_up', (selector) => `min_over_time(${selector}[5m])`)).toBe(1);
  },
  150,
);
