import { Probe } from '../../../../playground/kubelet/probes/probe.ts';
import { FakeClock } from '../../../kube/fake-clock.ts';
import { buildProbe } from '../pod-builder.ts';

function watch(spec: object, answers: boolean[]) {
  const clock = new FakeClock();
  const attempts: number[] = [];
  const results: [number, boolean][] = [];
  const probe = new Probe({
    spec: buildProbe(spec),
    clock,
    run: () => {
      attempts.push(clock.now());
      return Promise.resolve({ ok: answers.shift() ?? true, output: 'no' });
    },
    onResult: (ok) => results.push([clock.now(), ok]),
    onFailure: () => undefined,
  });
  return { clock, attempts, results, probe };
}

test('runs at once, then every period', async () => {
  const { clock, attempts } = watch({ periodSeconds: 3 }, []);
  await clock.advance(7000);
  expect(attempts).toEqual([0, 3000, 6000]);
});

test('waits for its initial delay', async () => {
  const { clock, attempts } = watch({ initialDelaySeconds: 5 }, []);
  await clock.advance(4999);
  expect(attempts).toEqual([]);
  await clock.advance(1);
  expect(attempts).toEqual([5000]);
});

test('says what as many attempts in a row as the threshold said', async () => {
  const spec = { periodSeconds: 1, failureThreshold: 2, successThreshold: 1 };
  const { clock, results } = watch(spec, [false, true, false, false]);
  await clock.advance(3000);
  expect(results).toEqual([
    [1000, true],
    [3000, false],
  ]);
});

test('makes no attempt once it is stopped', async () => {
  const { clock, attempts, probe } = watch({ periodSeconds: 1 }, []);
  await clock.advance(0);
  probe.stop();
  await clock.advance(5000);
  expect(attempts).toEqual([0]);
});
