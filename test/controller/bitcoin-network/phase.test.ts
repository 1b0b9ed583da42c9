import {
  networkLogger,
  PhaseError,
  PhaseRunner,
} from '../../../controller/bitcoin-network/phase.ts';
import { ApiError, ConflictError, LeadershipLostError } from '../../../kube/api/errors.ts';
import { RecordingLogger } from '../../kube/recording-logger.ts';

const resync = 30_000;
const fail = (error: unknown) => (): string => {
  throw error;
};

describe('PhaseRunner', () => {
  let stop: AbortController;
  let phases: PhaseRunner;

  beforeEach(() => {
    stop = new AbortController();
    phases = new PhaseRunner(stop.signal);
  });

  test('returns the result of a phase', async () => {
    expect(await phases.run('objects', () => 'sync')).toBe('sync');
    expect(await phases.run('peers', () => Promise.resolve('async'))).toBe('async');
    expect(phases.errors.size).toBe(0);
  });

  test('continues after a phase that fails, and fails at the end', async () => {
    const cause = new Error('quota exceeded');
    expect(await phases.run('objects', fail(cause))).toBeUndefined();
    expect(await phases.run('status', () => 'written')).toBe('written');
    expect(phases.errors).toEqual(new Map([['objects', cause]]));
    expect(() => phases.outcome(resync)).toThrow(PhaseError);
    expect(() => phases.outcome(resync)).toThrow('objects: quota exceeded');
  });

  test('fails with the first of several errors', async () => {
    await phases.run('peers', fail(new Error('first')));
    await phases.run('status', fail(new Error('second')));
    expect(() => phases.outcome(resync)).toThrow('peers: first');
  });

  test('describes an error that is not an Error', async () => {
    await phases.run('peers', fail('text'));
    expect(() => phases.outcome(resync)).toThrow('peers: text');
  });

  test('throws a lost race as ConflictError, which the queue retries at once', async () => {
    const cause = new ApiError('PATCH /x', 409, { reason: 'Conflict', message: 'modified' });
    await phases.run('objects', fail(cause));
    expect(() => phases.outcome(resync)).toThrow(ConflictError);
  });

  test('treats an object that already exists as any other error', async () => {
    await phases.run('objects', fail(new ApiError('POST /x', 409, { reason: 'AlreadyExists' })));
    expect(() => phases.outcome(resync)).toThrow(PhaseError);
  });

  test('throws LeadershipLostError at once', async () => {
    const lost = phases.run('objects', fail(new LeadershipLostError('not the leader')));
    await expect(lost).rejects.toThrow(LeadershipLostError);
  });

  test('throws the reason of an aborted signal at once', async () => {
    stop.abort(new Error('shutting down'));
    const aborted = phases.run('objects', fail(new Error('broken by the abort')));
    await expect(aborted).rejects.toThrow('shutting down');
  });

  test('requeues the network at the resync if no phase needs it earlier', async () => {
    await phases.run('objects', () => ({ failure: undefined }));
    await phases.run('peers', () => undefined);
    expect(phases.outcome(resync)).toEqual({ requeueAfter: 30_000 });
  });

  test('requeues the network at the earliest time that a phase needs', async () => {
    await phases.run('objects', () => ({ requeueAfter: 5_000 }));
    await phases.run('peers', () => ({ requeueAfter: 1_000 }));
    await phases.run('rollout', () => ({ requeueAfter: undefined }));
    expect(phases.outcome(resync)).toEqual({ requeueAfter: 1_000 });
    expect(phases.outcome(200)).toEqual({ requeueAfter: 200 });
  });

  test('requeues the network at once for a phase that needs it', async () => {
    await phases.run('objects', () => ({ requeueAfter: 0 }));
    expect(phases.outcome(resync)).toEqual({ requeueAfter: 0 });
  });
});

describe('networkLogger', () => {
  let log: RecordingLogger;

  beforeEach(() => {
    log = new RecordingLogger();
  });

  test.each(['debug', 'info', 'warn', 'error'] as const)(
    'renames the field key to network, at the level %s',
    (level) => {
      networkLogger(log)[level]({ key: 'lab/alice', failures: 2 }, 'reconcile failed');
      expect(log.entries).toEqual([
        {
          level,
          fields: { network: 'lab/alice', phase: undefined, failures: 2 },
          message: 'reconcile failed',
        },
      ]);
    },
  );

  test('names the phase that failed', () => {
    const err = new PhaseError('peers', new Error('broken'));
    networkLogger(log).warn({ key: 'lab/alice', err }, 'reconcile failed');
    expect(log.entries[0]!.fields).toEqual({ network: 'lab/alice', phase: 'peers', err });
  });

  test('keeps fields without a key', () => {
    networkLogger(log).info({ plural: 'pods' }, 'watch ended');
    expect(log.entries[0]!.fields).toEqual({ plural: 'pods' });
  });
});
