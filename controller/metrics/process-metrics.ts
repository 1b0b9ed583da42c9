import type { MetricsRegistry } from './registry.ts';

/** Adds the metrics of this process, with the names of the client libraries of Prometheus. */
export function addProcessMetrics(registry: MetricsRegistry): void {
  const startTime = Date.now() / 1000 - process.uptime();
  registry.gauge('process_start_time_seconds').set(startTime);
  const cpu = registry.counter('process_cpu_seconds_total');
  registry.onCollect(() => {
    registry.gauge('process_resident_memory_bytes').set(process.memoryUsage.rss());
    const { user, system } = process.cpuUsage();
    cpu.reset();
    cpu.inc((user + system) / 1e6);
  });
}
