import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { V1Container } from '@kubernetes/client-node';
import type { Clock } from '../../../kube/runtime/clock.ts';
import type { Exit } from './container-process.ts';
import { containerEnv, expandVariables, type Lookup } from '../pods/environment.ts';
import type { PodFacts } from '../pods/field-ref.ts';
import type { Image } from './image-table.ts';
import { LogFile } from '../logs/log-file.ts';
import type { TerminatedState } from '../pods/pod-types.ts';
import { runAction } from '../probes/probe-action.ts';
import { Probes } from '../probes/probes.ts';
import type { RunningContainer, Runtime } from '../runtime.ts';
import { terminationMessage } from './termination-message.ts';
import { volumeBinds } from '../sandbox/volume-mounts.ts';
import type { Volume } from '../volumes/volume.ts';

/** What the containers of one pod share. */
export interface ContainerContext {
  readonly facts: PodFacts;
  readonly lookup: Lookup;
  readonly volumes: ReadonlyMap<string, Volume>;
  /** The pod's folder on the host. */
  readonly folder: string;
  readonly hostsFile: string;
  readonly hostname: string;
  /** Variables that the node gives to every container. */
  readonly nodeEnv: Readonly<Record<string, string>>;
}

export interface ContainerRunOptions {
  readonly spec: V1Container;
  readonly image: Image;
  readonly context: ContainerContext;
  readonly runtime: Runtime;
  readonly clock: Clock;
  /** Counts the runs of this container, from 0. */
  readonly number: number;
  /** Milliseconds between SIGTERM and SIGKILL when a probe gives it up. */
  readonly gracePeriod: number;
  readonly onChange: () => void;
  readonly onEvent: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

/** The postStart hook has no time limit of its own. */
const hookTimeout = 24 * 3600 * 1000;

/** One run of a container, from its start to its end. */
export class ContainerRun {
  readonly id = `playground://${randomBytes(32).toString('hex')}`;
  readonly log: LogFile;
  readonly process: RunningContainer;
  /** RFC 3339, in seconds as the API has it. */
  readonly startedAt: string;
  /** Resolves after its last output was logged. */
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
    void this.#greet();
  }

  /**
   * @throws ConfigError when something that the spec refers to is missing
   * @throws StartError when the program cannot be started
   */
  static async start(options: ContainerRunOptions): Promise<ContainerRun> {
    const { spec, image, context, runtime, clock, number } = options;
    const env = containerEnv(spec, context.facts, context.lookup, {
      ...image.env,
      ...context.nodeEnv,
      HOSTNAME: context.hostname,
      HOME: '/',
    });
    const binds = await volumeBinds(spec, context.volumes, env);
    const message = messageFile(options);
    await mkdir(dirname(message), { recursive: true });
    await writeFile(message, '');
    const messagePath = spec.terminationMessagePath ?? '/dev/termination-log';
    const log = new LogFile(logPath(context.folder, spec.name, number), () => clock.now());
    try {
      const process = await runtime.start({
        scratch: scratchFolder(options),
        image,
        readOnly: spec.securityContext?.readOnlyRootFilesystem ?? false,
        workingDir: spec.workingDir ?? image.workingDir,
        hostname: context.hostname,
        hostsFile: context.hostsFile,
        binds: [...binds, { source: message, target: messagePath, readOnly: false }],
        argv: commandLine(spec, image).map((word) => expandVariables(word, env)),
        env,
        onOutput: (stdout, stderr) => {
          log.collect('stdout', stdout);
          log.collect('stderr', stderr);
        },
      });
      return new ContainerRun(options, process, log);
    } catch (error) {
      await log.end();
      throw error;
    }
  }

  /** Its postStart hook has succeeded, or it has none. */
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
   * Ends it: preStop hook, SIGTERM, SIGKILL. A further call can only shorten the grace period.
   *
   * @param gracePeriod milliseconds, of which the hook is part
   */
  async stop(gracePeriod: number, message: string): Promise<void> {
    const { clock, onEvent } = this.#options;
    const first = this.#cancelKill === undefined;
    const killAt = clock.now() + gracePeriod;
    if (killAt < this.#killAt) {
      this.#cancelKill?.();
      this.#killAt = killAt;
      this.#cancelKill = clock.setTimer(() => {
        this.process.kill('SIGKILL');
      }, gracePeriod);
    }
    if (first && this.process.running) {
      onEvent('Normal', 'Killing', message);
      if (gracePeriod > 0) await this.#askToEnd(gracePeriod);
    }
    await this.ended;
  }

  async #askToEnd(gracePeriod: number): Promise<void> {
    const { spec, onEvent } = this.#options;
    if (spec.lifecycle?.preStop) {
      const { ok } = await runAction(spec.lifecycle.preStop, this.#target(gracePeriod));
      if (!ok) onEvent('Warning', 'FailedPreStopHook', 'PreStopHook failed');
    }
    this.process.kill('SIGTERM');
  }

  /** Runs the postStart hook, then the probes. */
  async #greet(): Promise<void> {
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
      onGivenUp: (kind) => {
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
    const leftovers = { recursive: true, force: true };
    await rm(scratchFolder(this.#options), leftovers).catch(() => undefined);
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

/** The log of a run of a container. */
export function logPath(podFolder: string, container: string, number: number): string {
  return join(podFolder, 'logs', container, `${number}.log`);
}

/** @param time milliseconds since the epoch */
export function formatTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}

/** As Kubernetes combines a spec and an image: a command without args drops the image's. */
function commandLine({ command, args }: V1Container, image: Image): readonly string[] {
  if (command && command.length > 0) return [...command, ...(args ?? [])];
  const imageArgs = args && args.length > 0 ? args : image.command;
  return [...image.entrypoint, ...imageArgs];
}

function scratchFolder({ context, spec, number }: ContainerRunOptions): string {
  return join(context.folder, 'containers', spec.name, String(number));
}

function messageFile(options: ContainerRunOptions): string {
  return `${scratchFolder(options)}.message`;
}
