import type {
  Metrics,
  QueueMetrics,
  QueueState,
  ReconcileResult,
} from '../../kube/metrics/metrics.ts';
import type { MetricsRegistry } from './registry.ts';

const results = ['success', 'error', 'requeue', 'requeue_after'] as const;

/** Maps the events of kube/ to the metrics of controller-runtime and client-go. */
export class KubeMetrics implements Metrics {
  readonly #registry: MetricsRegistry;

  constructor(registry: MetricsRegistry) {
    this.#registry = registry;
  }

  queue(name: string, state: QueueState): QueueMetrics {
    return new QueueRecorder(this.#registry, name, state);
  }

  onRequest(code: string, method: string, host: string): void {
    this.#registry.counter('rest_client_requests_total').inc({ code, method, host });
  }

  onList(resource: string): void {
    this.#registry.counter('reflector_lists_total').inc({ name: resource });
  }

  onWatch(resource: string): void {
    this.#registry.counter('reflector_watches_total').inc({ name: resource });
  }

  lease(name: string, isLeading: () => boolean): void {
    const status = this.#registry.gauge('leader_election_master_status');
    this.#registry.onCollect(() => {
      status.set({ name }, isLeading() ? 1 : 0);
    });
  }
}

/** Records the events of one work queue. */
class QueueRecorder implements QueueMetrics {
  readonly #registry: MetricsRegistry;
  readonly #controller: { readonly controller: string };
  readonly #queue: { readonly name: string; readonly controller: string };
  /** When keys that wait were added. */
  readonly #added = new Map<string, number>();
  /** When the reconciles of keys began. */
  readonly #started = new Map<string, number>();

  constructor(registry: MetricsRegistry, name: string, state: QueueState) {
    this.#registry = registry;
    this.#controller = { controller: name };
    this.#queue = { name, controller: name };
    this.#initialize();
    registry.onCollect(() => {
      this.#collect(state);
    });
  }

  onAdd(key: string): void {
    this.#registry.counter('workqueue_adds_total').inc(this.#queue);
    this.#added.set(key, performance.now());
  }

  onStart(key: string): void {
    const now = performance.now();
    const waited = now - (this.#added.get(key) ?? now);
    this.#registry
      .histogram('workqueue_queue_duration_seconds')
      .observe(this.#queue, waited / 1000);
    this.#added.delete(key);
    this.#started.set(key, now);
  }

  onEnd(key: string, result: ReconcileResult): void {
    const now = performance.now();
    const seconds = (now - (this.#started.get(key) ?? now)) / 1000;
    this.#started.delete(key);
    const registry = this.#registry;
    registry.histogram('workqueue_work_duration_seconds').observe(this.#queue, seconds);
    registry
      .histogram('controller_runtime_reconcile_time_seconds')
      .observe(this.#controller, seconds);
    const isTerminal = result === 'terminal_error';
    const isError = isTerminal || result === 'error';
    registry
      .counter('controller_runtime_reconcile_total')
      .inc({ ...this.#controller, result: isError ? 'error' : result });
    if (isError) {
      registry.counter('controller_runtime_reconcile_errors_total').inc(this.#controller);
    }
    if (isTerminal) {
      registry.counter('controller_runtime_terminal_reconcile_errors_total').inc(this.#controller);
    }
  }

  onRetry(): void {
    this.#registry.counter('workqueue_retries_total').inc(this.#queue);
  }

  /** Creates the series of counters, so that their first increase is visible. */
  #initialize(): void {
    const registry = this.#registry;
    for (const result of results) {
      registry
        .counter('controller_runtime_reconcile_total')
        .inc({ ...this.#controller, result }, 0);
    }
    registry.counter('controller_runtime_reconcile_errors_total').inc(this.#controller, 0);
    registry.counter('controller_runtime_terminal_reconcile_errors_total').inc(this.#controller, 0);
    registry.counter('workqueue_adds_total').inc(this.#queue, 0);
    registry.counter('workqueue_retries_total').inc(this.#queue, 0);
  }

  #collect(state: QueueState): void {
    const registry = this.#registry;
    registry
      .gauge('controller_runtime_max_concurrent_reconciles')
      .set(this.#controller, state.concurrency);
    registry.gauge('controller_runtime_active_workers').set(this.#controller, state.active);
    registry.gauge('workqueue_depth').set(this.#queue, state.depth);
    registry
      .gauge('workqueue_unfinished_work_seconds')
      .set(this.#queue, state.unfinishedRun / 1000);
    registry
      .gauge('workqueue_longest_running_processor_seconds')
      .set(this.#queue, state.longestRun / 1000);
  }
}
