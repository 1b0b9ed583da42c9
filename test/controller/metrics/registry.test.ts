import { metrics } from '../../../constructs/monitoring/names.ts';
import { MetricsRegistry } from '../../../controller/metrics/registry.ts';
import { parsePrometheusText } from '../../framework/prometheus-text.ts';

let registry: MetricsRegistry;

beforeEach(async () => {
  registry = await MetricsRegistry.load();
});

test('a registry renders every metric with its type and help', async () => {
  const { families } = parsePrometheusText(await registry.render());
  expect(Object.fromEntries(families)).toEqual(
    Object.fromEntries(
      Object.entries(metrics).map(([name, { type, help }]) => [name, { type, help }]),
    ),
  );
});

test('registries do not share values', async () => {
  registry.gauge('process_resident_memory_bytes').set(7);
  const other = await MetricsRegistry.load();
  expect(await other.render()).not.toContain('process_resident_memory_bytes 7');
});

test('a registry collects before it renders, in the order of the additions', async () => {
  const gauge = registry.gauge('process_resident_memory_bytes');
  registry.onCollect(async () => {
    await Promise.resolve();
    gauge.set(1);
  });
  registry.onCollect(() => {
    gauge.inc(1);
  });
  const { series } = parsePrometheusText(await registry.render());
  expect(series.get('process_resident_memory_bytes')).toBe(2);
});

test('concurrent scrapes share one collection', async () => {
  let collections = 0;
  registry.onCollect(() => {
    collections++;
  });
  const [first, second] = await Promise.all([registry.render(), registry.render()]);
  expect(first).toBe(second);
  expect(collections).toBe(1);
  await registry.render();
  expect(collections).toBe(2);
});

test('a failed collection fails its scrape, and not the next one', async () => {
  let fails = true;
  registry.onCollect(() => {
    if (fails) throw new Error('broken');
  });
  await expect(registry.render()).rejects.toThrow('broken');
  fails = false;
  await expect(registry.render()).resolves.toContain('bitcoin_networks');
});

test('label values are escaped', async () => {
  const code = 'a"b\\c\nd';
  registry.counter('rest_client_requests_total').inc({ code, method: 'GET', host: 'h' });
  expect(() => parsePrometheusText('x{a="b"c"} 1\n')).toThrow();
  const { series } = parsePrometheusText(await registry.render());
  expect(
    series.get('rest_client_requests_total{code="a\\"b\\\\c\\nd",host="h",method="GET"}'),
  ).toBe(1);
});
