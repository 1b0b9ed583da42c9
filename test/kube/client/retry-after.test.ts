import { RetryBudget } from '../../../kube/client/retry-after.ts';

/** Returns the delays before the retries of a request whose responses are all the same. */
function delaysFor(status: number, retryAfter: string | undefined, responses = 20): number[] {
  const budget = new RetryBudget();
  const delays: number[] = [];
  for (let i = 0; i < responses; i++) {
    const delay = budget.next({ status, headers: { 'retry-after': retryAfter } });
    if (delay === undefined) break;
    delays.push(delay);
  }
  return delays;
}

describe('RetryBudget', () => {
  test.each([429, 500, 502, 503, 504])('retries a %s after the delay in Retry-After', (status) => {
    expect(delaysFor(status, '3')).toEqual([3000, 3000, 3000]);
  });

  test.each([
    ['1', 10],
    ['4', 2],
    ['10', 1],
    ['0', 10],
  ])('waits at most 10 s and 10 times in total for Retry-After: %s', (retryAfter, retries) => {
    expect(delaysFor(503, retryAfter)).toHaveLength(retries);
  });

  test.each(['11', '3600', '99999999999999999999'])(
    'does not wait for Retry-After: %s',
    (retryAfter) => {
      expect(delaysFor(429, retryAfter)).toEqual([]);
    },
  );

  test.each([undefined, '', '-1', '1e3', 'Infinity', 'Wed, 21 Oct 2026 07:28:00 GMT'])(
    'retries a 429 with Retry-After: %s after 1 s, and no 503',
    (retryAfter) => {
      expect(delaysFor(429, retryAfter, 2)).toEqual([1000, 1000]);
      expect(delaysFor(503, retryAfter)).toEqual([]);
    },
  );

  test.each([200, 301, 400, 401, 403, 404, 409, 410, 422])('does not retry a %s', (status) => {
    expect(delaysFor(status, '1')).toEqual([]);
  });
});
