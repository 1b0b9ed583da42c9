import { firstReady } from '../../../../controller/bitcoin-network/nodes/first-ready.ts';
import type { Pod } from '../../../../controller/cache/workloads.ts';
import { pod } from '../../builders.ts';

const time = (second: number) => `2026-01-01T12:00:0${second}Z`;
const seconds = (milliseconds: number | undefined) =>
  milliseconds === undefined ? undefined : new Date(milliseconds).getUTCSeconds();

/** A pod that was created at second 2, with transitions at the given seconds. */
function podWith(ready: 'True' | 'False', readySecond: number, initialized = 3): Pod {
  const conditions = [
    { type: 'Ready', status: ready, lastTransitionTime: time(readySecond) },
    { type: 'Initialized', status: 'True', lastTransitionTime: time(initialized) },
  ];
  return pod('0', { conditions }, { creationTimestamp: time(2) });
}

describe('firstReady', () => {
  test('of a ready pod is the time at which it became ready', () => {
    expect(seconds(firstReady(podWith('True', 4), undefined))).toBe(4);
  });

  test('is the recorded time if the pod was not created later', () => {
    expect(seconds(firstReady(podWith('True', 8), time(4)))).toBe(4);
    expect(seconds(firstReady(podWith('False', 8), time(2)))).toBe(2);
    expect(seconds(firstReady(podWith('True', 8), time(1)))).toBe(8);
  });

  test('is undefined for a pod that starts', () => {
    expect(firstReady(podWith('False', 2), undefined)).toBeUndefined();
    expect(firstReady(podWith('False', 3), undefined)).toBeUndefined();
    expect(firstReady(podWith('False', 2), time(1))).toBeUndefined();
    expect(firstReady(pod('0'), undefined)).toBeUndefined();
  });

  test('is known without a record for a pod that is not ready any more', () => {
    expect(seconds(firstReady(podWith('False', 4), undefined))).toBe(4);
  });

  test('is undefined for a pod that ended, because its data is deleted', () => {
    const { metadata, status, ...rest } = podWith('False', 4);
    const evicted = { ...rest, metadata, status: { ...status, phase: 'Failed' } };
    expect(firstReady(evicted, time(3))).toBeUndefined();
  });

  test('ignores times that are no times', () => {
    expect(seconds(firstReady(podWith('True', 4), 'yesterday'))).toBe(4);
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: 'x' }];
    expect(firstReady(pod('0', { conditions }), undefined)).toBe(0);
  });
});
