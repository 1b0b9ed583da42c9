import { DialBackoff, type Dial } from '../../../bitcoin/peers/dial-backoff.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';

const dial = (to: NodeName = '1', changes: Partial<Dial> = {}): Dial => ({
  ...{ from: '0', to, fromPod: 'a', toPod: 'b' },
  ...changes,
});

/** The times, in milliseconds, of the dials of one link that is down for 100 s. */
function timesOf(dials: (time: number) => Dial): number[] {
  const backoff = new DialBackoff();
  const times: number[] = [];
  for (let now = 0; now < 100_000; now += 500) {
    for (const due of backoff.due([dials(now)], now)) {
      backoff.record(due, now);
      times.push(now);
    }
  }
  return times;
}

describe('DialBackoff', () => {
  test('repeats a dial after 1 s, 2 s, 4 s and so on up to 30 s', () => {
    const times = timesOf(() => dial());
    expect(times).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000, 61_000, 91_000]);
  });

  test.each(['fromPod', 'toPod'] as const)('repeats a dial at once when %s changes', (end) => {
    const times = timesOf((now) => dial('1', now < 40_000 ? {} : { [end]: 'c' }));
    expect(times).toEqual([
      ...[0, 1_000, 3_000, 7_000, 15_000, 31_000],
      ...[40_000, 41_000, 43_000, 47_000, 55_000, 71_000],
    ]);
  });

  test('repeats a dial at once after the link was up', () => {
    const backoff = new DialBackoff();
    for (const now of [0, 1_000, 3_000]) backoff.record(dial(), now);
    expect(backoff.due([dial()], 3_500)).toEqual([]);
    backoff.due([], 3_600);
    expect(backoff.due([dial()], 3_700)).toEqual([dial()]);
    expect(backoff.attempts(dial())).toBe(0);
  });

  test('puts the dials of the longest ago first', () => {
    const backoff = new DialBackoff();
    backoff.record(dial('1'), 0);
    backoff.record(dial('2'), 100);
    backoff.record(dial('3'), 50);
    const due = backoff.due([dial('1'), dial('2'), dial('3'), dial('4')], 10_000);
    expect(due.map(({ to }) => to)).toEqual(['4', '1', '3', '2']);
  });

  test('has a delay for each direction of a link', () => {
    const backoff = new DialBackoff();
    const reverse = dial('0', { from: '1' });
    backoff.record(dial('1'), 0);
    expect(backoff.due([dial('1'), reverse], 0)).toEqual([reverse]);
  });
});
