import fc from 'fast-check';
import { ConflictError, TerminalError } from '../../../kube/api/errors.ts';
import { settle } from '../fake-clock.ts';
import { setUp } from './work-queue-fixture.ts';

const key = fc.constantFrom('a', 'b', 'c');

/** One step of a run; `end` ends the running call at that place, modulo how many there are. */
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), key: key }),
  fc.record({ do: fc.constant('addAfter' as const), key: key, delay: fc.nat(500) }),
  fc.record({ do: fc.constant('addRateLimited' as const), key: key }),
  fc.record({ do: fc.constant('forget' as const), key: key }),
  fc.record({ do: fc.constant('advance' as const), by: fc.nat(700) }),
  fc.record({
    do: fc.constant('end' as const),
    place: fc.nat(5),
    how: fc.constantFrom('succeed', 'requeue', 'conflict', 'fail', 'terminal'),
  }),
);

describe('any run of a WorkQueue', () => {
  test('never processes a key twice at a time and loses no add', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, concurrency) => {
          const { queue, clock, calls, running, stop, stopped } = setUp({ concurrency });
          // The model: keys that must be called after this many calls had begun.
          const owed = new Map<string, number>();
          const owe = (key: string) => owed.set(key, calls.length);
          const delayed = new Map<string, number>();
          const check = () => {
            const keys = [...running].map(({ key }) => key);
            expect(new Set(keys).size).toBe(keys.length);
            expect(keys.length).toBeLessThanOrEqual(concurrency);
            for (const [key, since] of owed) {
              if (calls.slice(since).some((call) => call.key === key)) owed.delete(key);
              // A free place and a key that waits for one do not go together.
              else expect(running.size === concurrency || keys.includes(key)).toBe(true);
            }
          };
          for (const step of steps) {
            switch (step.do) {
              case 'add':
                owe(step.key);
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
                  owe(key);
                }
                await clock.advance(step.by);
                break;
              }
              case 'end': {
                const call = [...running][step.place % Math.max(1, running.size)];
                if (call === undefined) break;
                if (step.how === 'succeed') await call.finish();
                if (step.how === 'requeue') await call.finish({ requeueAfter: 50 });
                if (step.how === 'conflict') await call.fail(new ConflictError('lost'));
                if (step.how === 'fail') await call.fail(new Error('broken'));
                if (step.how === 'terminal') await call.fail(new TerminalError('wrong'));
              }
            }
            check();
          }
          // Left alone, it comes to rest with every add served.
          for (const key of delayed.keys()) owe(key);
          await clock.advance(10_000);
          while (running.size > 0) {
            for (const call of [...running]) await call.finish();
          }
          check();
          expect([...owed.keys()]).toEqual([]);
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

  test('calls once for adds that no call separates', async () => {
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
