import { randomUUID } from 'node:crypto';
import { untilResync } from '../../../controller/bitcoin-network/resync.ts';

const start = Date.UTC(2026, 0, 1);
const seconds = (wait: number) => wait / 1000;

describe('untilResync', () => {
  test('comes back every 30 s, by a clock that is early or late', () => {
    const uid = randomUUID();
    let now = start + untilResync(uid, start);
    for (const late of [0, 3, -2, 40]) {
      const wait = untilResync(uid, now + late);
      expect(seconds(wait + late)).toBeCloseTo(30);
      now += wait + late;
    }
  });

  test('spreads networks over the period', () => {
    const turns = Array.from({ length: 3000 }, () => untilResync(randomUUID(), start));
    const bySecond = new Map<number, number>();
    for (const turn of turns) {
      const second = Math.floor(seconds(turn)) % 30;
      bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
    }
    expect(bySecond.size).toBe(30);
    expect(Math.max(...bySecond.values())).toBeLessThan(200);
  });

  test('waits at least 1 s and at most 31 s', () => {
    const waits = Array.from({ length: 3000 }, (_, at) =>
      untilResync(randomUUID(), start + 17 * at),
    );
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(31_000);
  });
});
