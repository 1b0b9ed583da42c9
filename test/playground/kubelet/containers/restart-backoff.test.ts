import { formatDuration } from '../../../../playground/kubelet/api/time.ts';
import { RestartBackoff } from '../../../../playground/kubelet/containers/restart-backoff.ts';

test('does not delay the first attempt, then doubles 10 s up to 5 minutes', () => {
  const backoff = new RestartBackoff();
  const waits: string[] = [];
  let now = 0;
  for (let attempt = 0; attempt < 8; attempt++) {
    const due = backoff.due(now);
    waits.push(formatDuration(due - now));
    now = due;
    backoff.next(now);
  }
  expect(waits).toEqual(['0s', '10s', '20s', '40s', '1m20s', '2m40s', '5m0s', '5m0s']);
});

test('resets the delay after 10 minutes without a failure', () => {
  const backoff = new RestartBackoff();
  backoff.next(0);
  backoff.next(10_000);
  const later = 10_000 + 600_001;
  expect(backoff.due(later)).toBe(later);
  backoff.next(later);
  expect(backoff.delay).toBe(10_000);
});
