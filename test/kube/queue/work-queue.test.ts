import { ApiError, ConflictError, TerminalError } from '../../../kube/api/errors.ts';
import { WorkQueue } from '../../../kube/queue/work-queue.ts';
import { settle } from '../fake-clock.ts';
import { RecordingLogger } from '../recording-logger.ts';
import { setUp } from './work-queue-fixture.ts';

describe('WorkQueue', () => {
  test('processes a queued key once, even if it is added several times', async () => {
    const { queue, calls } = setUp();
    queue.add('a');
    queue.add('a');
    expect(calls).toHaveLength(0);
    await settle();
    expect(calls.map(({ key }) => key)).toEqual(['a']);
    await calls[0]!.finish();
    expect(calls).toHaveLength(1);
  });

  test('processes a key again if it is added during its reconcile', async () => {
    const { queue, calls } = setUp();
    queue.add('a');
    await settle();
    queue.add('a');
    queue.add('a');
    await settle();
    expect(calls).toHaveLength(1);
    await calls[0]!.finish();
    expect(calls).toHaveLength(2);
    await calls[1]!.finish();
    expect(calls).toHaveLength(2);
  });

  test('reports the duration of the longest running reconcile', async () => {
    const { queue, clock, calls } = setUp();
    expect(queue.longestRun).toBe(0);
    queue.add('a');
    await settle();
    await clock.advance(10);
    queue.add('b');
    await settle();
    await clock.advance(5);
    expect(queue.longestRun).toBe(15);
    await calls[0]!.finish();
    expect(queue.longestRun).toBe(5);
    await calls[1]!.finish();
    expect(queue.longestRun).toBe(0);
  });

  test('processes keys in order, up to its concurrency', async () => {
    const { queue, calls } = setUp({ concurrency: 2 });
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    await settle();
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(queue.length).toBe(2);
    await calls[1]!.finish();
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  test('yields to timers and sockets between reconciles without I/O', async () => {
    let calls = 0;
    const queue = new WorkQueue({
      reconcile: () => {
        calls++;
        return Promise.resolve();
      },
      log: new RecordingLogger(),
    });
    const stop = new AbortController();
    const run = queue.run(stop.signal);
    for (let i = 0; i < 1000; i++) queue.add(String(i));
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(calls).toBeLessThan(1000);
    while (calls < 1000) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await run;
  });

  test('processes keys added before run, and runs once', async () => {
    const calls: string[] = [];
    const queue = new WorkQueue({
      reconcile: (key) => {
        calls.push(key);
        return Promise.resolve();
      },
      log: new RecordingLogger(),
    });
    queue.add('a');
    await settle();
    expect(calls).toEqual([]);
    const stop = new AbortController();
    const stopped = queue.run(stop.signal);
    await settle();
    expect(calls).toEqual(['a']);
    await expect(queue.run(stop.signal)).rejects.toThrow('once');
    stop.abort();
    await stopped;
  });

  test('doubles the delay after each failure up to the maximum, and resets it after a success', async () => {
    const { queue, clock, calls, log } = setUp();
    queue.add('a');
    await settle();
    for (const delay of [100, 200, 400, 800, 1000, 1000]) {
      await calls.at(-1)!.fail(new Error('broken'));
      expect(clock.pending).toEqual([delay]);
      const before = calls.length;
      await clock.advance(delay - 1);
      expect(calls).toHaveLength(before);
      await clock.advance(1);
      expect(calls).toHaveLength(before + 1);
    }
    expect(log.at('warn')).toHaveLength(6);
    await calls.at(-1)!.finish();
    queue.add('a');
    await settle();
    await calls.at(-1)!.fail(new Error('broken'));
    expect(clock.pending).toEqual([100]);
  });

  test('shortens a delay at random by up to a half', async () => {
    const { queue, clock, calls } = setUp({ random: () => 0.999_999 });
    queue.add('a');
    await settle();
    await calls[0]!.fail(new Error('broken'));
    expect(clock.pending[0]).toBeCloseTo(50, 2);
  });

  test('cancels a retry when the key succeeds earlier', async () => {
    const { queue, clock, calls } = setUp();
    queue.add('a');
    await settle();
    await calls[0]!.fail(new Error('broken'));
    queue.add('a');
    await settle();
    await calls[1]!.finish();
    expect(clock.pending).toEqual([]);
    expect(calls).toHaveLength(2);
  });

  test('does not retry a terminal error', async () => {
    const { queue, clock, calls, log } = setUp();
    queue.add('a');
    await settle();
    await calls[0]!.fail(new TerminalError('name too long'));
    expect(clock.pending).toEqual([]);
    expect(log.at('error')).toMatchObject([{ fields: { key: 'a' } }]);
    queue.add('a');
    await settle();
    expect(calls).toHaveLength(2);
  });

  test.each([
    ['ConflictError', new ConflictError('lost the race')],
    ['a 409', new ApiError('PUT /x', 409, { reason: 'Conflict' })],
  ])('retries %s without delay five times, then with backoff', async (_, error) => {
    const { queue, clock, calls } = setUp();
    queue.add('a');
    await settle();
    for (let conflicts = 1; conflicts <= 5; conflicts++) {
      await calls.at(-1)!.fail(error);
      expect(calls).toHaveLength(conflicts + 1);
    }
    await calls.at(-1)!.fail(error);
    expect(calls).toHaveLength(6);
    expect(clock.pending).toEqual([1000]);
  });

  test('reconciles again after the last requeueAfter', async () => {
    const { queue, clock, calls } = setUp();
    queue.add('a');
    await settle();
    await calls[0]!.finish({ requeueAfter: 300 });
    await clock.advance(200);
    queue.add('a');
    await settle();
    await calls[1]!.finish({ requeueAfter: 300 });
    await clock.advance(299);
    expect(calls).toHaveLength(2);
    await clock.advance(1);
    expect(calls).toHaveLength(3);
  });

  test('uses the earliest of several delayed adds', async () => {
    const { queue, clock, calls } = setUp();
    queue.addAfter('a', 500);
    queue.addAfter('a', 200);
    queue.addAfter('a', 300);
    expect(clock.pending).toEqual([200]);
    await clock.advance(200);
    expect(calls).toHaveLength(1);
    expect(clock.pending).toEqual([]);
  });

  test('preserves a delayed add during an earlier reconcile', async () => {
    const { queue, clock, calls } = setUp();
    queue.addAfter('a', 500);
    queue.add('a');
    await settle();
    await calls[0]!.finish();
    await clock.advance(500);
    expect(calls).toHaveLength(2);
  });

  test('forget resets failures and cancels the pending retry', async () => {
    const { queue, clock, calls } = setUp();
    queue.addRateLimited('a');
    queue.addRateLimited('a');
    expect(clock.pending).toEqual([200]);
    queue.forget('a');
    expect(clock.pending).toEqual([]);
    queue.addRateLimited('a');
    await clock.advance(100);
    expect(calls).toHaveLength(1);
  });

  test('shuts down after the running reconciles have ended, and ignores further adds', async () => {
    const { queue, clock, calls, stop, stopped } = setUp({ concurrency: 1 });
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 10);
    await settle();
    stop.abort();
    queue.add('d');
    let ended = false;
    void stopped.then(() => (ended = true));
    await settle();
    expect(ended).toBe(false);
    expect(calls[0]!.signal.aborted).toBe(false);
    await calls[0]!.finish({ requeueAfter: 1 });
    expect(ended).toBe(true);
    await clock.advance(60_000);
    expect(calls).toHaveLength(1);
  });

  test('aborts reconciles that exceed the shutdown timeout', async () => {
    const { queue, clock, calls, stop, stopped } = setUp({ shutdownTimeout: 500 });
    queue.add('a');
    await settle();
    stop.abort(new Error('SIGTERM'));
    await settle();
    await clock.advance(499);
    expect(calls[0]!.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(calls[0]!.signal.reason).toEqual(new Error('SIGTERM'));
    await calls[0]!.fail(calls[0]!.signal.reason);
    await stopped;
  });
});
