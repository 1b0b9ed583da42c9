import { KubeMetrics } from '../../../controller/metrics/kube-metrics.ts';
import { MetricsRegistry } from '../../../controller/metrics/registry.ts';
import { addProcessMetrics } from '../../../controller/metrics/process-metrics.ts';
import type { ReconcileResult } from '../../../kube/metrics/metrics.ts';
import { parsePrometheusText } from '../../framework/prometheus-text.ts';

let registry: MetricsRegistry;
let kube: KubeMetrics;

beforeEach(async () => {
  registry = await MetricsRegistry.load();
  kube = new KubeMetrics(registry);
});

const scrape = async () => parsePrometheusText(await registry.render()).series;
const state = { depth: 0, active: 0, concurrency: 16, longestRun: 0, unfinishedRun: 0 };
const labels = 'controller="q",name="q"';

describe('the metrics of a work queue', () => {
  test('start at 0, so that the first increase is visible', async () => {
    kube.queue('q', state);
    const series = await scrape();
    for (const result of ['success', 'error', 'requeue', 'requeue_after']) {
      const name = `controller_runtime_reconcile_total{controller="q",result="${result}"}`;
      expect(series.get(name)).toBe(0);
    }
    expect(series.get('controller_runtime_reconcile_errors_total{controller="q"}')).toBe(0);
    expect(series.get('controller_runtime_terminal_reconcile_errors_total{controller="q"}')).toBe(
      0,
    );
    expect(series.get(`workqueue_adds_total{${labels}}`)).toBe(0);
    expect(series.get(`workqueue_retries_total{${labels}}`)).toBe(0);
  });

  test('read the state of the queue at each scrape', async () => {
    const current = { ...state, depth: 3, active: 2, longestRun: 1_500, unfinishedRun: 2_500 };
    kube.queue('q', current);
    const read = async () => {
      const series = await scrape();
      return [
        series.get('controller_runtime_max_concurrent_reconciles{controller="q"}'),
        series.get('controller_runtime_active_workers{controller="q"}'),
        series.get(`workqueue_depth{${labels}}`),
        series.get(`workqueue_longest_running_processor_seconds{${labels}}`),
        series.get(`workqueue_unfinished_work_seconds{${labels}}`),
      ];
    };
    expect(await read()).toEqual([16, 2, 3, 1.5, 2.5]);
    Object.assign(current, state);
    expect(await read()).toEqual([16, 0, 0, 0, 0]);
  });

  test.each<[ReconcileResult, string, number, number]>([
    ['success', 'success', 0, 0],
    ['requeue', 'requeue', 0, 0],
    ['requeue_after', 'requeue_after', 0, 0],
    ['error', 'error', 1, 0],
    ['terminal_error', 'error', 1, 1],
  ])('count a reconcile that ends with %s', async (result, counted, errors, terminal) => {
    const queue = kube.queue('q', state);
    queue.onAdd('a');
    queue.onStart('a');
    queue.onEnd('a', result);
    const series = await scrape();
    const prefix = 'controller_runtime';
    const total = `${prefix}_reconcile_total{controller="q",result="${counted}"}`;
    expect(series.get(total)).toBe(1);
    expect(series.get(`${prefix}_reconcile_errors_total{controller="q"}`)).toBe(errors);
    expect(series.get(`${prefix}_terminal_reconcile_errors_total{controller="q"}`)).toBe(terminal);
  });

  test('measure how long a key waits, and how long its reconcile takes', async () => {
    const queue = kube.queue('q', state);
    queue.onAdd('a');
    await new Promise((resolve) => setTimeout(resolve, 30));
    queue.onStart('a');
    await new Promise((resolve) => setTimeout(resolve, 60));
    queue.onEnd('a', 'success');
    const series = await scrape();
    for (const [name, minimum] of [
      ['workqueue_queue_duration_seconds', 0.025],
      ['workqueue_work_duration_seconds', 0.055],
    ] as const) {
      expect(series.get(`${name}_count{${labels}}`)).toBe(1);
      expect(series.get(`${name}_sum{${labels}}`)).toBeGreaterThan(minimum);
      expect(series.get(`${name}_sum{${labels}}`)).toBeLessThan(minimum + 1);
    }
    const time = 'controller_runtime_reconcile_time_seconds';
    expect(series.get(`${time}_count{controller="q"}`)).toBe(1);
    expect(series.get(`${time}_bucket{controller="q",le="0.005"}`)).toBe(0);
    expect(series.get(`${time}_bucket{controller="q",le="60"}`)).toBe(1);
  });

  test('count adds and retries', async () => {
    const queue = kube.queue('q', state);
    for (const key of ['a', 'b']) queue.onAdd(key);
    queue.onRetry();
    const series = await scrape();
    expect(series.get(`workqueue_adds_total{${labels}}`)).toBe(2);
    expect(series.get(`workqueue_retries_total{${labels}}`)).toBe(1);
  });
});

test('requests to the API server count by code, method and host', async () => {
  kube.onRequest('200', 'GET', '10.96.0.1:443');
  kube.onRequest('200', 'GET', '10.96.0.1:443');
  kube.onRequest('<error>', 'PATCH', '10.96.0.1:443');
  const series = await scrape();
  const name = 'rest_client_requests_total';
  expect(series.get(`${name}{code="200",host="10.96.0.1:443",method="GET"}`)).toBe(2);
  expect(series.get(`${name}{code="<error>",host="10.96.0.1:443",method="PATCH"}`)).toBe(1);
});

test('lists and watches of reflectors count by resource', async () => {
  kube.onList('pods');
  kube.onWatch('pods');
  kube.onWatch('pods');
  const series = await scrape();
  expect(series.get('reflector_lists_total{name="pods"}')).toBe(1);
  expect(series.get('reflector_watches_total{name="pods"}')).toBe(2);
});

test('the status of leader election is read at each scrape', async () => {
  let isLeading = false;
  kube.lease('bitcoin-controller', () => isLeading);
  const name = 'leader_election_master_status{name="bitcoin-controller"}';
  expect((await scrape()).get(name)).toBe(0);
  isLeading = true;
  expect((await scrape()).get(name)).toBe(1);
});

test('the metrics of the process are those of this process', async () => {
  addProcessMetrics(registry);
  const series = await scrape();
  expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(10e6);
  const cpu = series.get('process_cpu_seconds_total')!;
  expect(cpu).toBeGreaterThan(0.01);
  expect((await scrape()).get('process_cpu_seconds_total')).toBeGreaterThanOrEqual(cpu);
  const age = Date.now() / 1000 - series.get('process_start_time_seconds')!;
  expect(Math.abs(age - process.uptime())).toBeLessThan(5);
});
