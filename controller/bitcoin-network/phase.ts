import {
  ConflictError,
  isConflict,
  LeadershipLostError,
  TransientError,
} from '../../kube/api/errors.ts';
import type { RequeueAfter } from '../../kube/queue/work-queue.ts';

/** The phases of a reconcile, in their order. */
export type Phase = 'objects' | 'peers' | 'rollout' | 'status';

/** The part of a phase's result that the reconcile reads. */
export interface PhaseResult {
  /**
   * Milliseconds until the network needs another reconcile even if nothing changes.
   * @default no other reconcile before the resync
   */
  readonly requeueAfter?: number | undefined;
}

/**
 * Delay in milliseconds before a network that waits for its nodes is reconciled again: RPC state
 * cannot be watched.
 */
export const pollInterval = 1_000;

/** A phase failed, and a retry may succeed. */
export class PhaseError extends TransientError {
  readonly phase: Phase;

  constructor(phase: Phase, cause: unknown) {
    super(`${phase}: ${messageOf(cause)}`, { cause });
    this.phase = phase;
  }
}

/**
 * Runs the phases of one reconcile. A phase that fails does not stop the others; the reconcile
 * fails at its end, after the status is written.
 */
export class PhaseRunner {
  readonly #signal: AbortSignal;
  readonly #errors = new Map<Phase, unknown>();
  #requeueAfter = Infinity;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** The errors of failed phases. */
  get errors(): ReadonlyMap<Phase, unknown> {
    return this.#errors;
  }

  /**
   * Runs one phase.
   *
   * @returns the result of the phase, or undefined if it failed
   * @throws the signal's reason, and LeadershipLostError: no phase may follow
   */
  async run<T>(phase: Phase, body: () => T | Promise<T>): Promise<T | undefined> {
    try {
      const result = await body();
      const { requeueAfter = Infinity } = (result ?? {}) as PhaseResult;
      this.#requeueAfter = Math.min(this.#requeueAfter, requeueAfter);
      return result;
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof LeadershipLostError || error instanceof ConflictError) throw error;
      if (isConflict(error)) throw new ConflictError(messageOf(error), { cause: error });
      this.#errors.set(phase, error);
      return undefined;
    }
  }

  /**
   * Returns the earliest time at which a phase needs another reconcile.
   *
   * @param resync milliseconds until the next resync
   * @throws {PhaseError} for the first error
   */
  outcome(resync: number): RequeueAfter {
    const [first] = this.#errors;
    if (first) {
      const [phase, cause] = first;
      throw new PhaseError(phase, cause);
    }
    return { requeueAfter: Math.min(this.#requeueAfter, resync) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
