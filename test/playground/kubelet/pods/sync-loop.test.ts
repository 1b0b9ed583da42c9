import { SyncLoop } from '../../../../playground/kubelet/pods/sync-loop.ts';
import { FakeClock } from '../../../kube/fake-clock.ts';

function setUp(sync: () => Promise<void> = () => Promise.resolve()) {
  const clock = new FakeClock();
  const runs: number[] = [];
  const errors: unknown[] = [];
  const state = { dueAt: Infinity };
  const loop = new SyncLoop({
    clock,
    sync: () => {
      runs.push(clock.now());
      return sync();
    },
    onError: (error) => errors.push(error),
    dueAt: () => state.dueAt,
  });
  return { clock, runs, errors, state, loop };
}

test('runs once more after several changes during a run', async () => {
  const gate = Promise.withResolvers<undefined>();
  const { clock, runs, loop } = setUp(async () => {
    await gate.promise;
  });
  loop.poke();
  loop.poke();
  loop.poke();
  expect(runs).toHaveLength(1);
  gate.resolve(undefined);
  await clock.advance(0);
  expect(runs).toHaveLength(2);
});

test('runs again at the time that dueAt returns', async () => {
  const { clock, runs, state, loop } = setUp();
  state.dueAt = 5000;
  loop.poke();
  await clock.advance(4999);
  expect(runs).toEqual([0]);
  state.dueAt = Infinity;
  await clock.advance(1);
  expect(runs).toEqual([0, 5000]);
  expect(clock.pending).toEqual([]);
});

test('runs again 2 s after a failure', async () => {
  const failure = new Error('unreachable');
  const { clock, runs, errors, loop } = setUp(() => Promise.reject(failure));
  loop.poke();
  await clock.advance(0);
  await clock.advance(2000);
  expect(errors).toEqual([failure, failure]);
  expect(runs).toEqual([0, 2000]);
});

test('does not run after it was stopped', async () => {
  const { clock, runs, loop } = setUp();
  loop.retry();
  await loop.stop();
  loop.poke();
  loop.retry();
  await clock.advance(10_000);
  expect(runs).toEqual([]);
});
