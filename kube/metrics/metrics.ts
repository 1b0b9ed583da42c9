/** How a reconcile ended. A terminal error is not retried. */
export type ReconcileResult = 'success' | 'requeue' | 'requeue_after' | 'error' | 'terminal_error';

/** The state of a work queue, which is read when metrics are collected. */
export interface QueueState {
  /** The number of keys that wait for a reconcile. */
  readonly depth: number;
  /** The number of running reconciles. */
  readonly active: number;
  /** The maximum number of concurrent reconciles. */
  readonly concurrency: number;
  /** Milliseconds since the oldest running reconcile began; 0 if none is running. */
  readonly longestRun: number;
  /** Milliseconds that all running reconciles together have taken so far. */
  readonly unfinishedRun: number;
}

/** Receives the events of one work queue. */
export interface QueueMetrics {
  /** A key that did not wait is added. */
  onAdd(key: string): void;
  /** The reconcile of a key begins. */
  onStart(key: string): void;
  /** The reconcile of a key ends. */
  onEnd(key: string, result: ReconcileResult): void;
  /** A key is scheduled for a later reconcile. */
  onRetry(): void;
}

/**
 * Receives what the parts of a controller do. This folder defines no names of metrics and needs no
 * library: an implementation maps the events to metrics, those of controller-runtime for example.
 */
export interface Metrics {
  /** @param state is read when metrics are collected */
  queue(name: string, state: QueueState): QueueMetrics;
  /**
   * Counts a request to the API server.
   *
   * @param code the HTTP status code, or `<error>` without a response
   */
  onRequest(code: string, method: string, host: string): void;
  /** Counts a list that a reflector begins. @param resource its plural */
  onList(resource: string): void;
  /** Counts a watch that a reflector begins. @param resource its plural */
  onWatch(resource: string): void;
  /** @param isLeading is called when metrics are collected */
  lease(name: string, isLeading: () => boolean): void;
}

const ignore = (): void => undefined;

/** Ignores all events, and stores nothing. */
export const noMetrics: Metrics = {
  queue: () => ({ onAdd: ignore, onStart: ignore, onEnd: ignore, onRetry: ignore }),
  onRequest: ignore,
  onList: ignore,
  onWatch: ignore,
  lease: ignore,
};
