import { PhaseError, PhaseRunner } from '../../../controller/bitcoin-network/phase.ts';
import { ApiError, ConflictError, LeadershipLostError } from '../../../kube/api/errors.ts';

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

  test('throws a lost race as ConflictError at once, because the queue retries it at once', async () => {
    const lost = phases.run('objects', fail(new ApiError('PATCH /x', 409, { reason: 'Conflict' })));
    await expect(lost).rejects.toThrow(ConflictError);
    const conflict = new ConflictError('the object was deleted');
    await expect(phases.run('objects', fail(conflict))).rejects.toBe(conflict);
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
