import { DialPace } from '../../../bitcoin/peers/dial-pace.ts';

describe('DialPace', () => {
  test('starts one dial, and more while peers answer, up to 8', () => {
    const pace = new DialPace();
    const sizes = Array.from({ length: 6 }, (_, request) => {
      const size = pace.available(request);
      pace.start(size, request);
      pace.end(request, request + 1);
      return size;
    });
    expect(sizes).toEqual([1, 2, 4, 8, 8, 8]);
  });

  test('starts no dial while others are under way, however long bitcoind takes', () => {
    const pace = new DialPace();
    pace.start(2, 0);
    expect(pace.available(9_999)).toBe(0);
    expect(pace.available(25_000)).toBe(1);
  });

  test('pauses after a dial without an answer, so that it occupies a thread for 5 s of 20 s', () => {
    const pace = new DialPace();
    let occupied = 0;
    for (let now = 0; now < 100_000; now += 1_000) {
      if (pace.available(now) === 0) continue;
      expect(pace.available(now)).toBe(1);
      pace.start(1, now);
      pace.end(now, now + 5_000);
      occupied += 5_000;
    }
    expect(occupied).toBe(25_000);
  });

  test('does not pause after the process of the node ended', () => {
    const pace = new DialPace();
    pace.start(1, 0);
    pace.end(0, 1);
    pace.start(2, 1);
    pace.fail(true, 2);
    expect(pace.available(2)).toBe(1);
  });

  test('pauses after a request that the node did not answer', () => {
    const pace = new DialPace();
    pace.start(1, 0);
    pace.fail(false, 10_000);
    expect(pace.available(10_000)).toBe(0);
    expect(pace.available(20_000)).toBe(1);
  });
});
