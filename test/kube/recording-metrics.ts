import type { Metrics, QueueMetrics, QueueState } from '../../kube/metrics/metrics.ts';

/** Metrics that record their events as text. */
export class RecordingMetrics implements Metrics {
  readonly events: string[] = [];
  readonly queues = new Map<string, QueueState>();
  readonly leases = new Map<string, () => boolean>();

  queue(name: string, state: QueueState): QueueMetrics {
    this.queues.set(name, state);
    return {
      onAdd: (key) => this.events.push(`add ${key}`),
      onStart: (key) => this.events.push(`start ${key}`),
      onEnd: (key, result) => this.events.push(`end ${key} ${result}`),
      onRetry: () => this.events.push('retry'),
    };
  }

  onRequest(code: string, method: string, host: string): void {
    this.events.push(`${method} ${host} ${code}`);
  }

  onList(resource: string): void {
    this.events.push(`list ${resource}`);
  }

  onWatch(resource: string): void {
    this.events.push(`watch ${resource}`);
  }

  lease(name: string, isLeading: () => boolean): void {
    this.leases.set(name, isLeading);
  }
}
