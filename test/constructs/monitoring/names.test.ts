import { labels, metrics, type MetricDefinition } from '../../../constructs/monitoring/names.ts';

const all = Object.entries<MetricDefinition>(metrics);

/** The metrics that dashboards for controller-runtime and client-go read, with their labels. */
const upstream = {
  controller_runtime_reconcile_total: ['counter', 'controller', 'result'],
  controller_runtime_reconcile_errors_total: ['counter', 'controller'],
  controller_runtime_terminal_reconcile_errors_total: ['counter', 'controller'],
  controller_runtime_reconcile_time_seconds: ['histogram', 'controller'],
  controller_runtime_max_concurrent_reconciles: ['gauge', 'controller'],
  controller_runtime_active_workers: ['gauge', 'controller'],
  workqueue_depth: ['gauge', 'name', 'controller'],
  workqueue_adds_total: ['counter', 'name', 'controller'],
  workqueue_queue_duration_seconds: ['histogram', 'name', 'controller'],
  workqueue_work_duration_seconds: ['histogram', 'name', 'controller'],
  workqueue_unfinished_work_seconds: ['gauge', 'name', 'controller'],
  workqueue_longest_running_processor_seconds: ['gauge', 'name', 'controller'],
  workqueue_retries_total: ['counter', 'name', 'controller'],
  rest_client_requests_total: ['counter', 'code', 'method', 'host'],
  leader_election_master_status: ['gauge', 'name'],
};

test.each(Object.entries(upstream))(
  '%s has the type and labels of its origin',
  (name, expected) => {
    const { type, labels: own } = metrics[name as keyof typeof upstream];
    expect([type, ...own]).toEqual(expected);
  },
);

test.each(all)('%s follows the conventions of Prometheus', (name, { type, help, buckets }) => {
  expect(name).toMatch(/^[a-z_]+$/);
  expect(name.endsWith('_total')).toBe(type === 'counter');
  if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  expect(help).toMatch(/^[A-Z].*\.$/);
  expect(buckets !== undefined).toBe(type === 'histogram');
  expect(buckets ?? []).toEqual([...(buckets ?? [])].sort((a, b) => a - b));
});

test('every label belongs to a metric', () => {
  const used = new Set(all.flatMap(([, definition]) => definition.labels));
  expect(Object.keys(labels).filter((label) => !used.has(label as keyof typeof labels))).toEqual(
    [],
  );
});
