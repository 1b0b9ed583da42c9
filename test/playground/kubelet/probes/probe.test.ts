import { Probe } from '../../../../playground/kubelet/probes/probe.ts';
import { FakeClock } from '../../../kube/fake-clock.ts';
import { buildProbe } from '../pod-builder.ts';

function setUp(spec: object, answers: boolean[]) {
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

test('makes the first attempt at once and then one every period', async () => {
  const { clock, attempts } = setUp({ periodSeconds: 3 }, []);
  await clock.advance(7000);
  expect(attempts).toEqual([0, 3000, 6000]);
});

test('makes the first attempt after the initial delay', async () => {
  const { clock, attempts } = setUp({ initialDelaySeconds: 5 }, []);
  await clock.advance(4999);
  expect(attempts).toEqual([]);
  await clock.advance(1);
  expect(attempts).toEqual([5000]);
});

test('reports a result after as many consecutive attempts as the threshold', async () => {
  const spec = { periodSeconds: 1, failureThreshold: 2, successThreshold: 1 };
  const { clock, results } = setUp(spec, [false, true, false, false]);
  await clock.advance(3000);
  expect(results).toEqual([
    [1000, true],
    [3000, false],
  ]);
});

test('makes no attempt after it was stopped', async () => {
  const { clock, attempts, probe } = setUp({ periodSeconds: 1 }, []);
  await clock.advance(0);
  probe.stop();
  await clock.advance(5000);
  expect(attempts).toEqual([0]);
});
