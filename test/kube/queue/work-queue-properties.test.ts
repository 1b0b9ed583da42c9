import fc from 'fast-check';
import { ConflictError, TerminalError } from '../../../kube/api/errors.ts';
import { settle } from '../fake-clock.ts';
import { setUp } from './work-queue-fixture.ts';

const key = fc.constantFrom('a', 'b', 'c');

/** A step of a run. `end` ends the running call at index `index` modulo the number of calls. */
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), key }),
  fc.record({ do: fc.constant('addAfter' as const), key, delay: fc.nat(500) }),
  fc.record({ do: fc.constant('addRateLimited' as const), key }),
  fc.record({ do: fc.constant('forget' as const), key }),
  fc.record({ do: fc.constant('advance' as const), by: fc.nat(700) }),
  fc.record({
    do: fc.constant('end' as const),
    index: fc.nat(5),
    outcome: fc.constantFrom('succeed', 'requeue', 'conflict', 'fail', 'terminal'),
  }),
);

describe('WorkQueue with generated steps', () => {
  test('never runs two reconciles of a key at once and processes every add', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, concurrency) => {
          const { queue, clock, calls, running, stop, stopped } = setUp({ concurrency });
          // Maps a key that must be reconciled to the number of calls when it was added.
          const due = new Map<string, number>();
          const setDue = (key: string) => due.set(key, calls.length);
          const delayed = new Map<string, number>();
          const check = () => {
            const keys = [...running].map(({ key }) => key);
            expect(new Set(keys).size).toBe(keys.length);
            expect(keys.length).toBeLessThanOrEqual(concurrency);
            for (const [key, since] of due) {
              if (calls.slice(since).some((call) => call.key === key)) due.delete(key);
              // A key waits only while all workers are busy or the key is running.
              else expect(running.size === concurrency || keys.includes(key)).toBe(true);
            }
          };
          for (const step of steps) {
            switch (step.do) {
              case 'add':
                setDue(step.key);
                queue.add(step.key);
                await settle();
                break;
              case 'addAfter': {
                const at = clock.now() + step.delay;
                delayed.set(step.key, Math.min(at, delayed.get(step.key) ?? Infinity));
                queue.addAfter(step.key, step.delay);
                break;
              }
              case 'addRateLimited':
                queue.addRateLimited(step.key);
                break;
              case 'forget':
                queue.forget(step.key);
                break;
              case 'advance': {
                const end = clock.now() + step.by;
                for (const [key, at] of delayed) {
                  if (at > end) continue;
                  delayed.delete(key);
                  setDue(key);
                }
                await clock.advance(step.by);
                break;
              }
              case 'end': {
                const call = [...running][step.index % Math.max(1, running.size)];
                if (call === undefined) break;
                if (step.outcome === 'succeed') await call.finish();
                if (step.outcome === 'requeue') await call.finish({ requeueAfter: 50 });
                if (step.outcome === 'conflict') await call.fail(new ConflictError('lost'));
                if (step.outcome === 'fail') await call.fail(new Error('broken'));
                if (step.outcome === 'terminal') await call.fail(new TerminalError('wrong'));
              }
            }
            check();
          }
          // Without further steps, the queue processes every add and becomes idle.
          for (const key of delayed.keys()) setDue(key);
          await clock.advance(10_000);
          while (running.size > 0) {
            for (const call of [...running]) await call.finish();
          }
          check();
          expect([...due.keys()]).toEqual([]);
          const total = calls.length;
          await clock.advance(10_000);
          expect(calls).toHaveLength(total);
          expect(clock.pending).toEqual([]);
          stop.abort();
          await stopped;
        },
      ),
      { numRuns: 200 },
    );
  });

  test('reconciles once for consecutive adds of a key', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(key, { minLength: 1, maxLength: 20 }), async (keys) => {
        const { queue, calls, running, stop, stopped } = setUp({ concurrency: 3 });
        for (const key of keys) queue.add(key);
        await settle();
        expect(calls.map(({ key }) => key)).toEqual([...new Set(keys)]);
        for (const key of keys) queue.add(key);
        for (const call of [...running]) await call.finish();
        expect(calls).toHaveLength(2 * new Set(keys).size);
        for (const call of [...running]) await call.finish();
        stop.abort();
        await stopped;
      }),
    );
  });
});
