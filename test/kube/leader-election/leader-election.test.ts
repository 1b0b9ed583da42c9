import fc from 'fast-check';
import { KubeClient } from '../../../kube/client/client.ts';
import { ConnectionError, LeadershipLostError } from '../../../kube/api/errors.ts';
import {
  LeaderElection,
  type LeaderElectionOptions,
} from '../../../kube/leader-election/leader-election.ts';
import { FakeClock } from '../fake-clock.ts';
import { LeaseTransport } from './lease-transport.ts';
import { RecordingLogger } from '../recording-logger.ts';

interface State {
  working: boolean;
  aborted: boolean;
  finish: () => void;
}

/** A process that wants to lead: its own clock, and what becomes of its work. */
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
    monotonic: () => clock.now(),
    random: () => 0,
    ...options,
  });
  const stop = new AbortController();
  const state: State = { working: false, aborted: false, finish: () => undefined };
  const ended = election.run((signal) => {
    state.working = true;
    return new Promise((resolve) => {
      state.finish = () => {
        state.working = false;
        resolve();
      };
      signal.addEventListener('abort', () => {
        state.aborted = true;
      });
    });
  }, stop.signal);
  // Looked at by those tests that expect it to fail.
  ended.catch(() => undefined);
  return { election, stop, state, ended };
}

let server: LeaseTransport;
let clock: FakeClock;

beforeEach(() => {
  server = new LeaseTransport();
  clock = new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
});

describe('LeaderElection', () => {
  test('creates the lease, renews it, and releases it when the work has ended', async () => {
    const { stop, state, ended, election } = candidate(server, 'a', clock);
    await clock.advance(0);
    expect(state.working).toBe(true);
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
    expect(state.aborted).toBe(true);
    expect(server.holders).toEqual(['a', 'a', 'a', 'a', 'a']);
    expect(election.isLeading).toBe(true);
    state.finish();
    await ended;
    expect(server.lease!.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    expect(election.isLeading).toBe(false);
    expect(election.guard).toThrow(LeadershipLostError);
    expect(clock.pending).toEqual([]);
  });

  test('waits while another renews, whatever its clock says, and takes over after it stops', async () => {
    const others = { holderIdentity: 'b', leaseDurationSeconds: 15, leaseTransitions: 3 };
    const renew = (renewTime: string) => {
      server.write({ ...others, renewTime });
    };
    renew('2001-01-01T00:00:00.000000Z');
    const { state } = candidate(server, 'a', clock);
    for (let i = 0; i < 10; i++) {
      await clock.advance(10_000);
      expect(state.working).toBe(false);
      renew(`2001-01-01T00:00:0${i}.000001Z`);
    }
    await clock.advance(15_000);
    expect(state.working).toBe(false);
    await clock.advance(2_000);
    expect(state.working).toBe(true);
    expect(server.lease!.spec).toMatchObject({ holderIdentity: 'a', leaseTransitions: 4 });
  });

  test.each([true, false])('follows a release (watch: %s)', async (watchable) => {
    server.watchable = watchable;
    const first = candidate(server, 'a', clock);
    await clock.advance(0);
    const second = candidate(server, 'b', clock);
    await clock.advance(500);
    first.stop.abort();
    first.state.finish();
    await first.ended;
    await clock.advance(0);
    expect(second.state.working).toBe(watchable);
    await clock.advance(2_000);
    expect(second.state.working).toBe(true);
  });

  test.each(['down', 'silent'] as const)(
    'gives up in time when the server is %s',
    async (state) => {
      const first = candidate(server, 'a', clock);
      await clock.advance(0);
      server.state = state;
      await clock.advance(9_999);
      expect(first.state.aborted).toBe(false);
      expect(first.election.guard).not.toThrow();
      await clock.advance(1);
      expect(first.state.aborted).toBe(true);
      expect(first.election.guard).toThrow(LeadershipLostError);
      server.state = 'up';
      first.state.finish();
      await expect(first.ended).rejects.toThrow('not renewed for 10000 ms');
      expect(server.lease!.spec!.holderIdentity).toBe('a');
    },
  );

  test('outlasts a short failure and a lease that was changed or deleted by someone', async () => {
    const { state, election } = candidate(server, 'a', clock);
    await clock.advance(0);
    server.state = 'down';
    await clock.advance(7_000);
    server.state = 'up';
    await clock.advance(2_000);
    server.write({ ...server.lease!.spec, leaseTransitions: 9 });
    await clock.advance(4_000);
    server.lease = undefined;
    await clock.advance(12_000);
    expect(state.aborted).toBe(false);
    expect(election.isLeading).toBe(true);
    expect(server.lease).toBeDefined();
  });

  test('says whether it waits for another', async () => {
    const first = candidate(server, 'a', clock);
    expect(first.election.isStandby).toBe(false);
    await clock.advance(0);
    const second = candidate(server, 'b', clock);
    await clock.advance(0);
    expect([first.election.isStandby, second.election.isStandby]).toEqual([false, true]);
  });

  test('does not take its lease back from another', async () => {
    const { state, ended } = candidate(server, 'a', clock);
    await clock.advance(0);
    server.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
    await clock.advance(10_000);
    expect(state.aborted).toBe(true);
    state.finish();
    await expect(ended).rejects.toBeInstanceOf(LeadershipLostError);
    expect(server.holders).toEqual(['a', 'b']);
  });

  test('a process that was frozen does not write, whichever clock stood still', async () => {
    for (const stoodStill of ['wall', 'monotonic']) {
      const frozen = new FakeClock();
      let skipped = 0;
      const election = new LeaderElection({
        client: new KubeClient(new LeaseTransport(), { userAgent: 'test', clock: frozen }),
        namespace: 'n',
        name: 'l',
        log: new RecordingLogger(),
        clock: {
          now: () => (stoodStill === 'wall' ? 0 : skipped),
          setTimer: frozen.setTimer.bind(frozen),
        },
        monotonic: () => (stoodStill === 'wall' ? skipped : 0),
      });
      const stop = new AbortController();
      void election.run(() => new Promise(() => undefined), stop.signal);
      await frozen.advance(0);
      expect(election.guard).not.toThrow();
      skipped = 10_000;
      expect(election.guard).toThrow(LeadershipLostError);
    }
  });

  test('passes on what the work throws, and releases', async () => {
    const election = candidate(server, 'x', clock).election;
    await clock.advance(0);
    expect(election.isLeading).toBe(true);
    const other = new LeaseTransport();
    const { signal } = new AbortController();
    const failing = new LeaderElection({
      client: new KubeClient(other, { userAgent: 'test', clock }),
      namespace: 'n',
      name: 'l',
      log: new RecordingLogger(),
      clock,
    });
    await expect(failing.run(() => Promise.reject(new Error('work')), signal)).rejects.toThrow(
      'work',
    );
    expect(other.lease!.spec!.holderIdentity).toBe('');
  });

  test('ends without work when it is stopped while it waits', async () => {
    server.write({ holderIdentity: 'b', leaseDurationSeconds: 15 });
    const { stop, ended, state } = candidate(server, 'a', clock);
    await clock.advance(3_000);
    stop.abort();
    await ended;
    expect(state.working).toBe(false);
    expect(clock.pending).toEqual([]);
  });

  test('refuses times that let two lead', () => {
    expect(() => candidate(server, 'a', clock, { renewDeadline: 15_000 })).toThrow(RangeError);
    expect(() => candidate(server, 'a', clock, { retryPeriod: 9_000 })).toThrow(RangeError);
  });

  test('of three candidates never two lead, whatever fails', async () => {
    const step = fc.record({
      who: fc.nat({ max: 2 }),
      state: fc.constantFrom('up' as const, 'down' as const, 'silent' as const),
      then: fc.nat({ max: 9_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const shared = new LeaseTransport();
        const time = new FakeClock();
        // Each has a connection of its own to the one lease.
        const connections = [0, 1, 2].map(() => {
          const own = new LeaseTransport();
          const send = own.send.bind(own);
          own.send = (request) => (own.state === 'up' ? shared.send(request) : send(request));
          return own;
        });
        const all = connections.map((connection, i) => candidate(connection, `c${i}`, time));
        for (const { who, state, then } of steps) {
          connections[who]!.state = state;
          for (let passed = 0; passed < then; passed += 500) {
            await time.advance(500);
            expect(all.filter(({ election }) => election.isLeading).length).toBeLessThan(2);
            const active = all.filter(({ state: { working, aborted } }) => working && !aborted);
            expect(active.length).toBeLessThan(2);
          }
        }
        for (const { stop, state } of all) {
          stop.abort();
          state.finish();
        }
        await time.advance(0);
      }),
      { numRuns: 40 },
    );
  });
});

describe('KubeClient.withGuard', () => {
  test('keeps writes from being sent, and lets reads through', async () => {
    server.write({ holderIdentity: 'b' });
    const guard = () => {
      throw new LeadershipLostError('no');
    };
    // The transport in use calls it; that of this test asks it itself.
    const guarded = new KubeClient(
      {
        send: async (request) => {
          request.guard?.();
          return await server.send(request);
        },
        close: () => Promise.resolve(),
      },
      { userAgent: 'test' },
    ).withGuard(guard);
    const path = '/apis/coordination.k8s.io/v1/namespaces/n/leases/l';
    await expect(guarded.request({ method: 'GET', path })).resolves.toMatchObject({});
    const write = guarded.request({ method: 'PUT', path, body: server.lease });
    await expect(write).rejects.toBeInstanceOf(LeadershipLostError);
    await expect(write).rejects.not.toBeInstanceOf(ConnectionError);
    expect(server.holders).toEqual(['b']);
  });
});
