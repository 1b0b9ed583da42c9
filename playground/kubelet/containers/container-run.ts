import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Clock } from '../../../kube/runtime/clock.ts';
import type { TerminatedState } from '../api/pod.ts';
import { formatTime } from '../api/time.ts';
import { LogFile, logPath } from '../logs/log-file.ts';
import { runAction } from '../probes/probe-action.ts';
import { Probes } from '../probes/probes.ts';
import type { Exit, RunningContainer, Runtime, StartRequest } from '../runtime/runtime.ts';
import { messageFile, scratchFolder, startRequest, type RunSpec } from './start-request.ts';
import { terminationMessage } from './termination-message.ts';

export interface ContainerRunOptions extends RunSpec {
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** Milliseconds between SIGTERM and SIGKILL after a probe or hook has failed. */
  readonly gracePeriod: number;
  readonly onChange: () => void;
  readonly onEvent: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

/** Kubernetes sets no time limit for a postStart hook; this one is a day, in milliseconds. */
const hookTimeout = 24 * 3600 * 1000;

/** One run of a container, from its start to its exit. */
export class ContainerRun {
  readonly id = `playground://${randomBytes(32).toString('hex')}`;
  readonly log: LogFile;
  readonly process: RunningContainer;
  /** RFC 3339, in whole seconds. */
  readonly startedAt: string;
  /** Resolves after the last output was logged. */
  readonly ended: Promise<TerminatedState>;
  readonly #options: ContainerRunOptions;
  #probes: Probes | undefined;
  #killAt = Infinity;
  #cancelKill: (() => void) | undefined;

  private constructor(options: ContainerRunOptions, process: RunningContainer, log: LogFile) {
    this.#options = options;
    this.process = process;
    this.log = log;
    this.startedAt = formatTime(options.clock.now());
    this.ended = process.exited.then((exit) => this.#end(exit));
    void this.#runHookAndProbes();
  }

  /**
   * @throws ConfigError if an object that the spec refers to is missing
   * @throws StartError if the program cannot be started
   */
  static async start(options: ContainerRunOptions): Promise<ContainerRun> {
    const { spec, context, runtime, clock, number } = options;
    const request = await startRequest(options);
    const log = new LogFile(logPath(context.folder, spec.name, number), () => clock.now());
    const onOutput: StartRequest['onOutput'] = (stdout, stderr) => {
      log.collect('stdout', stdout);
      log.collect('stderr', stderr);
    };
    try {
      return new ContainerRun(options, await runtime.start({ ...request, onOutput }), log);
    } catch (error) {
      await log.end();
      throw error;
    }
  }

  /** Whether the postStart hook, if any, has succeeded. */
  get up(): boolean {
    return this.#probes !== undefined;
  }

  get started(): boolean {
    return this.#probes?.started ?? false;
  }

  get ready(): boolean {
    return this.#probes?.ready ?? false;
  }

  /**
   * Stops the container: preStop hook, SIGTERM, SIGKILL. A further call can only shorten the grace
   * period.
   *
   * @param gracePeriod milliseconds, including the hook
   */
  async stop(gracePeriod: number, message: string): Promise<void> {
    const { clock, onEvent } = this.#options;
    const isFirst = this.#cancelKill === undefined;
    const killAt = clock.now() + gracePeriod;
    if (killAt < this.#killAt) {
      this.#cancelKill?.();
      this.#killAt = killAt;
      this.#cancelKill = clock.setTimer(() => {
        this.process.kill('SIGKILL');
      }, gracePeriod);
    }
    if (isFirst && this.process.running) {
      onEvent('Normal', 'Killing', message);
      if (gracePeriod > 0) await this.#terminate(gracePeriod);
    }
    await this.ended;
  }

  async #terminate(gracePeriod: number): Promise<void> {
    const { spec, onEvent } = this.#options;
    if (spec.lifecycle?.preStop) {
      const { ok } = await runAction(spec.lifecycle.preStop, this.#target(gracePeriod));
      if (!ok) onEvent('Warning', 'FailedPreStopHook', 'PreStopHook failed');
    }
    this.process.kill('SIGTERM');
  }

  async #runHookAndProbes(): Promise<void> {
    const { spec, context, clock, gracePeriod, onChange, onEvent } = this.#options;
    const hook = spec.lifecycle?.postStart;
    if (hook) {
      const { ok } = await runAction(hook, this.#target(hookTimeout));
      if (!this.process.running) return;
      if (!ok) {
        onEvent('Warning', 'FailedPostStartHook', 'PostStartHook failed');
        await this.stop(gracePeriod, 'FailedPostStartHook');
        return;
      }
    }
    this.#probes = new Probes({
      container: spec,
      process: this.process,
      podIP: context.facts.podIP,
      clock,
      onChange,
      onFailed: (kind) => {
        const message = `Container ${spec.name} failed ${kind} probe, will be restarted`;
        const seconds = (kind === 'liveness' ? spec.livenessProbe : spec.startupProbe)
          ?.terminationGracePeriodSeconds;
        void this.stop(seconds === undefined ? gracePeriod : seconds * 1000, message);
      },
      onUnhealthy: (message) => {
        onEvent('Warning', 'Unhealthy', message);
      },
    });
    if (hook) onChange();
  }

  #target(timeout: number) {
    const { spec, context } = this.#options;
    return { container: spec, process: this.process, podIP: context.facts.podIP, timeout };
  }

  async #end(exit: Exit): Promise<TerminatedState> {
    this.#probes?.stop();
    this.#cancelKill?.();
    await this.log.end();
    const message = await terminationMessage({
      file: messageFile(this.#options),
      policy: this.#options.spec.terminationMessagePolicy,
      exitCode: exit.code,
      log: this.log,
    });
    const options = { recursive: true, force: true };
    await rm(scratchFolder(this.#options), options).catch(() => undefined);
    return {
      exitCode: exit.code,
      ...(exit.signal !== undefined && { signal: exit.signal }),
      reason: exit.code === 0 ? 'Completed' : 'Error',
      ...(message !== undefined && { message }),
      startedAt: this.startedAt,
      finishedAt: formatTime(exit.at),
      containerID: this.id,
    };
  }
}
