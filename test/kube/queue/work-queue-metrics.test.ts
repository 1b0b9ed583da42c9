import { ConflictError, TerminalError } from '../../../kube/api/errors.ts';
import { settle } from '../fake-clock.ts';
import { RecordingMetrics } from '../recording-metrics.ts';
import { setUp } from './work-queue-fixture.ts';

describe('the metrics of a WorkQueue', () => {
  let metrics: RecordingMetrics;
  let fixture: ReturnType<typeof setUp>;

  beforeEach(() => {
    metrics = new RecordingMetrics();
    fixture = setUp({ metrics, name: 'widgets', concurrency: 1 });
  });

  afterEach(async () => {
    fixture.stop.abort();
    for (const call of fixture.running) await call.finish();
    await fixture.stopped;
  });

  test('report a key that is added twice before its reconcile once', async () => {
    fixture.queue.add('a');
    fixture.queue.add('a');
    await settle();
    expect(metrics.events).toEqual(['add a', 'start a']);
  });

  test('report a key that is added twice during its reconcile once more', async () => {
    fixture.queue.add('a');
    await settle();
    fixture.queue.add('a');
    fixture.queue.add('a');
    await fixture.calls[0]!.finish();
    expect(metrics.events).toEqual(['add a', 'start a', 'add a', 'end a success', 'start a']);
  });

  test.each([
    [undefined, 'success', false],
    [{ requeueAfter: 0 }, 'requeue', true],
    [{ requeueAfter: 5_000 }, 'requeue_after', true],
  ])('report a reconcile that returns %j as %s', async (result, outcome, isRetried) => {
    fixture.queue.add('a');
    await settle();
    await fixture.calls[0]!.finish(result);
    expect(metrics.events).toContain(`end a ${outcome}`);
    expect(metrics.events.includes('retry')).toBe(isRetried);
  });

  test.each([
    [new Error('broken'), 'error', true],
    [new ConflictError('changed'), 'error', true],
    [new TerminalError('invalid'), 'terminal_error', false],
  ])('report a reconcile that throws %s as %s', async (error, outcome, isRetried) => {
    fixture.queue.add('a');
    await settle();
    await fixture.calls[0]!.fail(error);
    expect(metrics.events).toContain(`end a ${outcome}`);
    expect(metrics.events.includes('retry')).toBe(isRetried);
  });

  test('report delayed adds as retries', () => {
    fixture.queue.addAfter('a', 1_000);
    fixture.queue.addRateLimited('b');
    expect(metrics.events).toEqual(['retry', 'retry']);
  });

  test('describe the keys that wait and the reconciles that run', async () => {
    const state = metrics.queues.get('widgets')!;
    for (const key of ['a', 'b', 'c']) fixture.queue.add(key);
    await settle();
    fixture.queue.add('a');
    await fixture.clock.advance(1_500);
    expect(state.depth).toBe(3);
    expect(state.active).toBe(1);
    expect(state.concurrency).toBe(1);
    expect(state.longestRun).toBe(1_500);
    expect(state.unfinishedRun).toBe(1_500);
  });

  test('sum the durations of all running reconciles', async () => {
    const other = new RecordingMetrics();
    const { queue, clock, stop, stopped, running } = setUp({ metrics: other, concurrency: 2 });
    queue.add('a');
    await settle();
    await clock.advance(1_000);
    queue.add('b');
    await settle();
    await clock.advance(500);
    expect(other.queues.get('')!.unfinishedRun).toBe(2_000);
    stop.abort();
    for (const call of running) await call.finish();
    await stopped;
  });
});
