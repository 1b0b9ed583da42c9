import type { V1Container, V1Probe } from '@kubernetes/client-node';
import type { Clock } from '../../../kube/runtime/clock.ts';
import { Probe } from './probe.ts';
import { runAction } from './probe-action.ts';
import type { RunningContainer } from '../runtime/runtime.ts';

export interface ProbesOptions {
  readonly container: V1Container;
  readonly process: RunningContainer;
  readonly podIP: string;
  readonly clock: Clock;
  /** Called after `started` or `ready` has changed. */
  readonly onChange: () => void;
  /** Called when a startup or liveness probe has reached its failure threshold. */
  readonly onFailed: (kind: 'startup' | 'liveness') => void;
  /** Called after a failed attempt, with the kubelet's message. */
  readonly onUnhealthy: (message: string) => void;
}

/** The probes of one run of a container. Readiness and liveness start after the startup probe. */
export class Probes {
  readonly #options: ProbesOptions;
  readonly #running = new Set<Probe>();
  #started = false;
  #ready = false;
  #stopped = false;

  constructor(options: ProbesOptions) {
    this.#options = options;
    const { startupProbe } = options.container;
    if (!startupProbe) {
      this.#start();
      return;
    }
    const probe = this.#probe('Startup', startupProbe, (ok) => {
      this.#stopProbe(probe);
      if (ok) {
        this.#start();
        options.onChange();
      } else {
        options.onFailed('startup');
      }
    });
  }

  /** Whether the startup probe, if any, has succeeded. */
  get started(): boolean {
    return this.#started;
  }

  get ready(): boolean {
    return this.#ready;
  }

  stop(): void {
    this.#stopped = true;
    for (const probe of this.#running) probe.stop();
    this.#running.clear();
    this.#started = false;
    this.#ready = false;
  }

  #start(): void {
    const { readinessProbe, livenessProbe } = this.#options.container;
    this.#started = true;
    this.#ready = !readinessProbe;
    if (readinessProbe) {
      this.#probe('Readiness', readinessProbe, (ok) => {
        if (ok === this.#ready) return;
        this.#ready = ok;
        this.#options.onChange();
      });
    }
    if (livenessProbe) {
      const probe = this.#probe('Liveness', livenessProbe, (ok) => {
        if (ok) return;
        this.#stopProbe(probe);
        this.#options.onFailed('liveness');
      });
    }
  }

  #probe(kind: string, spec: V1Probe, onResult: (ok: boolean) => void): Probe {
    const { container, process, podIP, clock, onUnhealthy } = this.#options;
    const probe = new Probe({
      spec,
      clock,
      run: (timeout) =>
        runAction(spec, { container, process, podIP, timeout }).catch((error: unknown) => ({
          ok: false,
          output: String(error),
        })),
      onResult: (ok) => {
        if (!this.#stopped) onResult(ok);
      },
      onFailure: (output) => {
        if (process.running) onUnhealthy(`${kind} probe failed: ${output}`);
      },
    });
    this.#running.add(probe);
    return probe;
  }

  #stopProbe(probe: Probe): void {
    probe.stop();
    this.#running.delete(probe);
  }
}
