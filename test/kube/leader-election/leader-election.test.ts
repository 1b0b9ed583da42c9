import fc from 'fast-check';
import { KubeClient } from '../../../kube/client/client.ts';
import { LeadershipLostError } from '../../../kube/api/errors.ts';
import {
  LeaderElection,
  type LeaderElectionOptions,
} from '../../../kube/leader-election/leader-election.ts';
import { FakeClock } from '../fake-clock.ts';
import { LeaseTransport } from './lease-transport.ts';
import { RecordingLogger } from '../recording-logger.ts';
import { RecordingMetrics } from '../recording-metrics.ts';

/** The state of a candidate's work. */
interface Work {
  running: boolean;
  aborted: boolean;
  finish: () => void;
}

/** Runs a leader election, and returns it with the state of its work. */
function candidate(
  transport: LeaseTransport,
  identity: string,
  clock: FakeClock,
  options: Partial<LeaderElectionOptions> = {},
) {
  const election = new LeaderElection({
    client: new KubeClient(transport, { userAgent: 'test', clock }),
    namespace: 'n',
    name: 'l',
    identity,
    log: new RecordingLogger(),
    clock,
    random: () => 0,
    ...options,
  });
  const stop = new AbortController();
  const work: Work = { running: false, aborted: false, finish: () => undefined };
  const ended = election.run((signal) => {
    work.running = true;
    return new Promise((resolve) => {
      work.finish = () => {
        work.running = false;
        resolve();
      };
      signal.addEventListener('abort', () => {
        work.aborted = true;
      });
    });
  }, stop.signal);
  // Tests that expect a failure await the promise later.
  ended.catch(() => undefined);
  return { election, stop, work, ended };
}

let server: LeaseTransport;
let clock: FakeClock;

beforeEach(() => {
  server = new LeaseTransport();
  clock = new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
});

describe('LeaderElection', () => {
  test('reports to metrics whether it leads', async () => {
    const metrics = new RecordingMetrics();
    const { stop, work, ended } = candidate(server, 'a', clock, { metrics });
    expect(metrics.leases.get('l')!()).toBe(false);
    await clock.advance(0);
    expect(metrics.leases.get('l')!()).toBe(true);
    stop.abort();
    work.finish();
    await ended;
    expect(metrics.leases.get('l')!()).toBe(false);
  });

  test('creates the Lease, renews it, and releases it when the work has ended', async () => {
    const { stop, work, ended, election } = candidate(server, 'a', clock);
    await clock.advance(0);
    expect(work.running).toBe(true);
    const time = '2026-01-02T03:04:05.678000Z';
    const spec = { holderIdentity: 'a', leaseDurationSeconds: 15, acquireTime: time };
    expect(server.lease!.spec).toEqual({ ...spec, renewTime: time, leaseTransitions: 0 });
    await clock.advance(4000);
    expect(server.lease!.spec).toEqual({
      ...spec,
      renewTime: '2026-01-02T03:04:09.678000Z',
      leaseTransitions: 0,
    });

    stop.abort();
    await clock.advance(4000);
    expect(work.aborted).toBe(true);
    expect(server.holders).toEqual(['a', 'a', 'a', 'a', 'a']);
    expect(election.isLeading).toBe(true);
    work.finish();
    await ended;
    expect(server.lease!.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(election.isLeading).toBe(false);
    expect(election.guard).toThrow(LeadershipLostError);
    expect(clock.pending).toEqual([]);
  });

  test('ignores the clock of another leader, and takes over 15 s after its last renewal', async () => {
    const spec = { holderIdentity: 'b', leaseDurationSeconds: 15, leaseTransitions: 3 };
    const renew = (renewTime: string) => {
      server.write({ ...spec, renewTime });
    };
    renew('2001-01-01T00:00:00.000000Z');
    const { work } = candidate(server, 'a', clock);
    for (let i = 0; i < 10; i++) {
      await clock.advance(10_000);
      expect(work.running).toBe(false);
      renew(`2001-01-01T00:00:0${i}.000001Z`);
    }
    await clock.advance(15_000);
    expect(work.running).toBe(false);
    await clock.advance(2_000);
    expect(work.running).toBe(true);
    expect(server.lease!.spec).toMatchObject({ holderIdentity: 'a', leaseTransitions: 4 });
  });

  test.each([true, false])(
    'takes over after a release (with permission to watch: %s)',
    async (watchable) => {
      server.watchable = watchable;
      const first = candidate(server, 'a', clock);
      await clock.advance(0);
      const second = candidate(server, 'b', clock);
      await clock.advance(500);
      first.stop.abort();
      first.work.finish();
      await first.ended;
      await clock.advance(0);
      expect(second.work.running).toBe(watchable);
      await clock.advance(2_000);
      expect(second.work.running).toBe(true);
    },
  );

  test.each(['down', 'silent'] as const)(
    'stops its work after 10 s without renewal while the server is %s',
    async (state) => {
      const first = candidate(server, 'a', clock);
      await clock.advance(0);
      server.state = state;
      await clock.advance(9_999);
      expect(first.work.aborted).toBe(false);
      expect(first.election.guard).not.toThrow();
      await clock.advance(1);
      expect(first.work.aborted).toBe(true);
      expect(first.election.guard).toThrow(LeadershipLostError);
      server.state = 'up';
      first.work.finish();
      await expect(first.ended).rejects.toThrow('not renewed for 10000 ms');
      expect(server.lease!.spec!.holderIdentity).toBe('a');
    },
  );

  test('continues after a short outage, and after the Lease was edited or deleted', async () => {
    const { work, election } = candidate(server, 'a', clock);
    await clock.advance(0);
    server.state = 'down';
    await clock.advance(7_000);
    server.state = 'up';
    await clock.advance(2_000);
    server.write({ ...server.lease!.spec, leaseTransitions: 9 });
    await clock.advance(4_000);
    server.lease = undefined;
    await clock.advance(12_000);
    expect(work.aborted).toBe(false);
    expect(election.isLeading).toBe(true);
    expect(server.lease).toBeDefined();
  });

  test('reports a process that waits for the Lease as standby', async () => {
    const first = candidate(server, 'a', clock);
    expect(first.election.isStandby).toBe(false);
    await clock.advance(0);
    const second = candidate(server, 'b', clock);
    await clock.advance(0);
    expect([first.election.isStandby, second.election.isStandby]).toEqual([false, true]);
  });

  test.each([
    ['took', () => undefined],
    [
      'took after its deletion',
      () => {
        server.lease = undefined;
      },
    ],
  ])('stops at the first renewal that finds a Lease that another process %s', async (_, before) => {
    const { work, ended, election } = candidate(server, 'a', clock);
    await clock.advance(0);
    await clock.advance(1_000);
    before();
    server.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
    await clock.advance(1_000);
    expect(work.aborted).toBe(true);
    expect(election.guard).toThrow(LeadershipLostError);
    expect(election.isLeading).toBe(false);
    work.finish();
    await expect(ended).rejects.toThrow('b has taken the Lease');
    expect(server.holders).toEqual(['a', 'b']);
    expect(clock.pending).toEqual([]);
  });

  test('stops when another process creates the deleted Lease first', async () => {
    const { work, election } = candidate(server, 'a', clock);
    await clock.advance(0);
    await clock.advance(1_000);
    server.lease = undefined;
    server.beforeWrite = () => {
      server.beforeWrite = undefined;
      server.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
    };
    await clock.advance(1_000);
    expect(work.aborted).toBe(true);
    expect(election.guard).toThrow(LeadershipLostError);
    expect(server.holders).toEqual(['a', 'b']);
  });

  test('reports work that continues after another process took the Lease', async () => {
    const { election } = candidate(server, 'a', clock);
    await clock.advance(0);
    server.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
    await clock.advance(30_000);
    expect(election.leaseExpired).toBe(false);
    await clock.advance(1_000);
    expect(election.leaseExpired).toBe(true);
  });

  test('renews at once after the Lease was edited or deleted', async () => {
    const { work } = candidate(server, 'a', clock);
    await clock.advance(0);
    await clock.advance(1_000);
    server.write({ ...server.lease!.spec, leaseTransitions: 9 });
    await clock.advance(1_000);
    expect(server.holders).toEqual(['a', 'a', 'a']);
    server.lease = undefined;
    await clock.advance(2_000);
    expect(server.holders).toEqual(['a', 'a', 'a', 'a']);
    expect(work.aborted).toBe(false);
  });

  test('does not take a deleted Lease before the claim of its last holder has expired', async () => {
    const first = candidate(server, 'a', clock);
    await clock.advance(0);
    const second = candidate(server, 'b', clock);
    await clock.advance(500);
    server.lease = undefined;
    await clock.advance(10_000);
    expect([first.work.aborted, second.work.running]).toEqual([false, false]);
    expect(server.lease!.spec!.holderIdentity).toBe('a');
    first.stop.abort();
    server.lease = undefined;
    server.state = 'down';
    await clock.advance(10_000);
    server.state = 'up';
    await clock.advance(4_000);
    expect(second.work.running).toBe(false);
    await clock.advance(4_000);
    expect(second.work.running).toBe(true);
  });

  test('guards writes of a process that was frozen, even if one of its clocks stopped', async () => {
    for (const stoppedClock of ['wall', 'monotonic']) {
      const frozen = new FakeClock();
      let skipped = 0;
      const election = new LeaderElection({
        client: new KubeClient(new LeaseTransport(), { userAgent: 'test', clock: frozen }),
        namespace: 'n',
        name: 'l',
        log: new RecordingLogger(),
        clock: {
          now: () => (stoppedClock === 'wall' ? 0 : skipped),
          elapsed: () => (stoppedClock === 'wall' ? skipped : 0),
          setTimer: frozen.setTimer.bind(frozen),
        },
      });
      const stop = new AbortController();
      void election.run(() => new Promise(() => undefined), stop.signal);
      await frozen.advance(0);
      expect(election.guard).not.toThrow();
      skipped = 10_000;
      expect(election.guard).toThrow(LeadershipLostError);
    }
  });

  test('throws the error of the work and releases the Lease', async () => {
    const { signal } = new AbortController();
    const failing = new LeaderElection({
      client: new KubeClient(server, { userAgent: 'test', clock }),
      namespace: 'n',
      name: 'l',
      log: new RecordingLogger(),
      clock,
    });
    await expect(failing.run(() => Promise.reject(new Error('work')), signal)).rejects.toThrow(
      'work',
    );
    expect(server.lease!.spec!.holderIdentity).toBe('');
  });

  test('returns without work when it is stopped while it waits', async () => {
    server.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
    const { stop, ended, work } = candidate(server, 'a', clock);
    await clock.advance(3_000);
    stop.abort();
    await ended;
    expect(work.running).toBe(false);
    expect(clock.pending).toEqual([]);
  });

  test('rejects durations that allow two leaders', () => {
    expect(() => candidate(server, 'a', clock, { renewDeadline: 15_000 })).toThrow(RangeError);
    expect(() => candidate(server, 'a', clock, { retryPeriod: 9_000 })).toThrow(RangeError);
  });

  test('never has two leaders among three candidates with generated faults', async () => {
    const step = fc.record({
      index: fc.nat({ max: 2 }),
      state: fc.constantFrom('up' as const, 'down' as const, 'silent' as const),
      duration: fc.nat({ max: 9_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const shared = new LeaseTransport();
        const time = new FakeClock();
        // Each candidate has its own connection to the shared Lease.
        const connections = [0, 1, 2].map(() => {
          const own = new LeaseTransport();
          const send = own.send.bind(own);
          own.send = (request) => (own.state === 'up' ? shared.send(request) : send(request));
          return own;
        });
        const all = connections.map((connection, i) => candidate(connection, `c${i}`, time));
        for (const { index, state, duration } of steps) {
          connections[index]!.state = state;
          for (let passed = 0; passed < duration; passed += 500) {
            await time.advance(500);
            expect(all.filter(({ election }) => election.isLeading).length).toBeLessThan(2);
            const active = all.filter(({ work: { running, aborted } }) => running && !aborted);
            expect(active.length).toBeLessThan(2);
          }
        }
        for (const { stop, work } of all) {
          stop.abort();
          work.finish();
        }
        await time.advance(0);
      }),
      { numRuns: 40 },
    );
  });
});
