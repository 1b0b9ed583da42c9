import type { V1Probe } from '@kubernetes/client-node';
import type { Clock } from '../../../kube/runtime/clock.ts';
import type { ActionResult } from './probe-action.ts';

export interface ProbeOptions {
  readonly spec: V1Probe;
  readonly clock: Clock;
  /** Makes one attempt, which ends within `timeout` ms. It must not throw. */
  readonly run: (timeout: number) => Promise<ActionResult>;
  /** Called after as many consecutive attempts as the spec's threshold had the same result. */
  readonly onResult: (ok: boolean) => void;
  /** Called with the output of a failed attempt. */
  readonly onFailure: (output: string) => void;
}

/**
 * A startup, readiness or liveness probe. It makes the first attempt after its initial delay, then
 * one attempt every period, one at a time.
 */
export class Probe {
  readonly #options: ProbeOptions;
  #cancelTimer: () => void = () => undefined;
  #stopped = false;
  #consecutive = 0;
  #lastOk: boolean | undefined;

  constructor(options: ProbeOptions) {
    this.#options = options;
    const { clock, spec } = options;
    const first = clock.now() + (spec.initialDelaySeconds ?? 0) * 1000;
    this.#schedule(first);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
  }

  #schedule(at: number): void {
    const { clock } = this.#options;
    this.#cancelTimer = clock.setTimer(() => void this.#attempt(at), Math.max(0, at - clock.now()));
  }

  async #attempt(at: number): Promise<void> {
    const { clock, spec, run, onResult, onFailure } = this.#options;
    const { ok, output } = await run((spec.timeoutSeconds ?? 1) * 1000);
    if (this.#stopped) return;
    this.#consecutive = ok === this.#lastOk ? this.#consecutive + 1 : 1;
    this.#lastOk = ok;
    if (!ok) onFailure(output);
    const threshold = ok ? (spec.successThreshold ?? 1) : (spec.failureThreshold ?? 3);
    if (this.#consecutive >= threshold) onResult(ok);
    if (this.#isStopped()) return;
    const period = (spec.periodSeconds ?? 10) * 1000;
    const missed = Math.floor(Math.max(0, clock.now() - at) / period);
    this.#schedule(at + period * (missed + 1));
  }

  // A method, because TypeScript does not expect a callback to have set the field.
  #isStopped(): boolean {
    return this.#stopped;
  }
}
