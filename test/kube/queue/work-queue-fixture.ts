import {
  WorkQueue,
  type RequeueAfter,
  type WorkQueueOptions,
} from '../../../kube/queue/work-queue.ts';
import { FakeClock, settle } from '../fake-clock.ts';
import { RecordingLogger } from '../recording-logger.ts';

/** A running reconcile. */
interface Call {
  readonly key: string;
  readonly signal: AbortSignal;
  finish(result?: RequeueAfter): Promise<void>;
  fail(error: unknown): Promise<void>;
}

/** Starts a queue whose reconciles the test ends. */
export function setUp(options: Partial<WorkQueueOptions> = {}) {
  const clock = new FakeClock();
  const log = new RecordingLogger();
  const calls: Call[] = [];
  const running = new Set<Call>();
  const queue = new WorkQueue({
    reconcile: (key, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<RequeueAfter | undefined>();
      const call: Call = {
        key,
        signal,
        finish: (result) => {
          running.delete(call);
          resolve(result);
          return settle();
        },
        fail: (error) => {
          running.delete(call);
          reject(error);
          return settle();
        },
      };
      calls.push(call);
      running.add(call);
      return promise;
    },
    backoff: { initial: 100, max: 1000 },
    random: () => 0,
    clock,
    log,
    ...options,
  });
  const stop = new AbortController();
  const stopped = queue.run(stop.signal);
  return { queue, clock, log, calls, running, stop, stopped };
}
