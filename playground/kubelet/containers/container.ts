import type { V1Container } from '@kubernetes/client-node';
import type { Clock } from '../../../kube/runtime/clock.ts';
import { StartError } from './container-process.ts';
import { ContainerRun, formatTime, type ContainerContext } from './container-run.ts';
import { ConfigError } from '../pods/environment.ts';
import { ImagePull } from './image-pull.ts';
import type { Image } from './image-table.ts';
import type { ContainerState, ContainerStatus, Pod, TerminatedState } from '../pods/pod-types.ts';
import { formatDuration, RestartBackoff } from './restart-backoff.ts';
import type { Runtime } from '../runtime.ts';

export type ContainerKind = 'init' | 'main';

export interface ContainerOptions {
  readonly pod: Pod;
  readonly spec: V1Container;
  readonly kind: ContainerKind;
  readonly runtime: Runtime;
  readonly images: (reference: string) => Image | undefined;
  readonly clock: Clock;
  /** What the API server knew of it when the node first saw the pod. */
  readonly previous: ContainerStatus | undefined;
  /** The status has changed, or there is something to do. */
  readonly onChange: () => void;
  readonly onEvent: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

/** Time after which a container that lacks a Secret or the like is tried again, in ms. */
const configRetry = 2_000;
/** Exit code of a container that was lost with its node, and of one that could not be started. */
const lostExitCode = 255;
const startErrorExitCode = 128;
const defaultGraceSeconds = 30;

/** A container of a pod: its runs, one after the other, and the state that is reported. */
export class Container {
  readonly spec: V1Container;
  readonly #options: ContainerOptions;
  readonly #crashes = new RestartBackoff();
  readonly #image: ImagePull;
  #state: ContainerState;
  #lastState: ContainerState = {};
  #id: string | undefined;
  #restartCount: number;
  #run: ContainerRun | undefined;
  /** When to try to start it, in ms since the epoch. */
  #dueAt = 0;

  constructor(options: ContainerOptions) {
    const { spec, previous, kind, clock } = options;
    this.spec = spec;
    this.#options = options;
    this.#image = new ImagePull(spec, options);
    this.#restartCount = previous?.restartCount ?? 0;
    this.#id = previous?.containerID;
    this.#state = { waiting: { reason: waitingReason(options.pod) } };
    const ended =
      previous?.state.terminated ??
      (previous?.state.running && lost(previous.state.running.startedAt, clock.now(), this.#id));
    // Init containers run again with a new sandbox, and so does what the restart policy restarts.
    if (ended && kind === 'main' && !this.#restarts(ended)) this.#state = { terminated: ended };
    else if (ended) this.#lastState = { terminated: ended };
    else if (previous) this.#lastState = previous.lastState;
  }

  get name(): string {
    return this.spec.name;
  }

  /** The run that is under way, else the last one of this node process. */
  get run(): ContainerRun | undefined {
    return this.#run;
  }

  get restartCount(): number {
    return this.#restartCount;
  }

  get running(): boolean {
    return this.#state.running !== undefined;
  }

  get exitCode(): number | undefined {
    return this.#state.terminated?.exitCode;
  }

  /** It has ended and will not be started again. */
  get finished(): boolean {
    const { terminated } = this.#state;
    return terminated !== undefined && !this.#restarts(terminated);
  }

  /** When {@link advance} has something to do; Infinity while it runs or when it is finished. */
  get dueAt(): number {
    return this.#isIdle ? this.#dueAt : Infinity;
  }

  get status(): ContainerStatus {
    const image = this.spec.image ?? '';
    const run = this.#state.running ? this.#run : undefined;
    const succeeded = this.#options.kind === 'init' && this.exitCode === 0;
    return {
      name: this.name,
      image,
      imageID: this.#id === undefined ? '' : image,
      ...(this.#id !== undefined && { containerID: this.#id }),
      state: run && !run.up ? { waiting: { reason: 'ContainerCreating' } } : this.#state,
      lastState: this.#lastState,
      ready: succeeded || (run?.ready ?? false),
      started: run?.started ?? false,
      restartCount: this.#restartCount,
    };
  }

  /** Starts it, if it does not run and the time for that has come. */
  async advance(context: ContainerContext): Promise<void> {
    const { clock, onEvent } = this.#options;
    if (!this.#isIdle || clock.now() < this.#dueAt || this.#isBackingOff()) return;
    const image = this.#image.pull(clock.now());
    if ('waiting' in image) {
      this.#wait(image.waiting.reason, image.waiting.message);
      this.#dueAt = image.retryAt;
      return;
    }
    try {
      await this.#start(context, image);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      onEvent('Warning', 'Failed', `Error: ${error.message}`);
      this.#wait('CreateContainerConfigError', error.message);
      this.#dueAt = clock.now() + configRetry;
    }
  }

  /** A Secret or ConfigMap has changed: what waits for one need not wait longer. */
  configChanged(): void {
    if (this.#state.waiting?.reason === 'CreateContainerConfigError') this.#dueAt = 0;
  }

  /** Ends its run, if there is one. @param gracePeriod milliseconds */
  async stop(gracePeriod: number): Promise<void> {
    if (this.#state.running) {
      await this.#run?.stop(gracePeriod, `Stopping container ${this.name}`);
    }
  }

  get #isIdle(): boolean {
    return !this.#state.running && !this.finished;
  }

  #restarts({ exitCode }: TerminatedState): boolean {
    const policy = this.#options.pod.spec.restartPolicy ?? 'Always';
    if (policy === 'Never') return false;
    return exitCode !== 0 || (policy === 'Always' && this.#options.kind === 'main');
  }

  /** The first restart is immediate; further ones wait. */
  #isBackingOff(): boolean {
    const { clock, pod, onEvent } = this.#options;
    const { terminated } = this.#state;
    if (!terminated) {
      return false;
    }
    const due = this.#crashes.due(Date.parse(terminated.finishedAt));
    if (clock.now() >= due) {
      this.#crashes.next(clock.now());
      return false;
    }
    const { name, namespace, uid } = pod.metadata;
    const podName = `${name}_${namespace}(${uid})`;
    onEvent(
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${this.name} in pod ${podName}`,
    );
    this.#wait(
      'CrashLoopBackOff',
      `back-off ${formatDuration(this.#crashes.delay)} restarting failed container=${this.name} pod=${podName}`,
    );
    this.#crashes.next(due);
    this.#dueAt = due;
    return true;
  }

  async #start(context: ContainerContext, image: Image): Promise<void> {
    const { pod, clock, onChange, onEvent } = this.#options;
    const restarts = this.#id !== undefined;
    const number = this.#restartCount + (restarts ? 1 : 0);
    const seconds = pod.spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
    const options = { ...this.#options, context, image, number, gracePeriod: seconds * 1000 };
    try {
      this.#run = await ContainerRun.start(options);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      onEvent('Warning', 'Failed', `Error: ${error.message}`);
      this.#restartCount = number;
      this.#id = `playground://${pod.metadata.uid}/${this.name}/${number}`;
      this.#terminated(notStarted(error.message, clock.now(), this.#id));
      return;
    }
    const run = this.#run;
    onEvent('Normal', 'Created', 'Container created');
    onEvent('Normal', 'Started', 'Container started');
    if (this.#state.terminated) this.#lastState = this.#state;
    this.#restartCount = number;
    this.#id = run.id;
    this.#state = { running: { startedAt: run.startedAt } };
    void run.ended.then((terminated) => {
      this.#terminated(terminated);
      onChange();
    });
  }

  #terminated(terminated: TerminatedState): void {
    if (this.#state.terminated) this.#lastState = this.#state;
    this.#state = { terminated };
    this.#dueAt = 0;
  }

  #wait(reason: string, message: string): void {
    if (this.#state.terminated) this.#lastState = this.#state;
    this.#state = { waiting: { reason, message } };
  }
}

function waitingReason({ spec }: Pod): string {
  return (spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating';
}

function lost(startedAt: string, now: number, id: string | undefined): TerminatedState {
  return {
    exitCode: lostExitCode,
    reason: 'Unknown',
    startedAt,
    finishedAt: formatTime(now),
    ...(id !== undefined && { containerID: id }),
  };
}

function notStarted(message: string, now: number, id: string): TerminatedState {
  return {
    exitCode: startErrorExitCode,
    reason: 'StartError',
    message: `failed to create containerd task: ${message}`,
    startedAt: formatTime(0),
    finishedAt: formatTime(now),
    containerID: id,
  };
}
