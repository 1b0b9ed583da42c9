import { randomUUID } from 'node:crypto';
import { untilResync } from '../../../controller/bitcoin-network/resync.ts';

const start = Date.UTC(2026, 0, 1);
const seconds = (delay: number) => delay / 1000;

describe('untilResync', () => {
  test('returns times that are 30 s apart, whether a timer fires early or late', () => {
    const uid = randomUUID();
    let now = start + untilResync(uid, start);
    for (const late of [0, 3, -2, 40]) {
      const delay = untilResync(uid, now + late);
      expect(seconds(delay + late)).toBeCloseTo(30);
      now += delay + late;
    }
  });

  test('spreads networks over the period', () => {
    const delays = Array.from({ length: 3000 }, () => untilResync(randomUUID(), start));
    const bySecond = new Map<number, number>();
    for (const delay of delays) {
      const second = Math.floor(seconds(delay)) % 30;
      bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
    }
    expect(bySecond.size).toBe(30);
    expect(Math.max(...bySecond.values())).toBeLessThan(200);
  });

  test('returns at least 1 s and at most 31 s', () => {
    const delays = Array.from({ length: 3000 }, (_, at) =>
      untilResync(randomUUID(), start + 17 * at),
    );
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(31_000);
  });

  test('returns the same delay for the same network and time', () => {
    const uid = randomUUID();
    expect(untilResync(uid, start)).toBe(untilResync(uid, start));
  });
});
