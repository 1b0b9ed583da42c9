import type { V1Container } from '@kubernetes/client-node';
import type { Clock } from '../../../kube/runtime/clock.ts';
import type { ContainerStatus, Pod, TerminatedState } from '../api/pod.ts';
import { gracePeriod } from '../api/grace-period.ts';
import { formatDuration } from '../api/time.ts';
import { ConfigError } from '../references/environment.ts';
import { StartError, type Runtime } from '../runtime/runtime.ts';
import { ContainerHistory, endOfPreviousRun } from './container-history.ts';
import { ContainerRun } from './container-run.ts';
import { ImagePull } from './image-pull.ts';
import type { Image } from './image-table.ts';
import { RestartBackoff } from './restart-backoff.ts';
import type { ContainerContext } from './start-request.ts';

export type ContainerKind = 'init' | 'main';

export interface ContainerOptions {
  readonly pod: Pod;
  readonly spec: V1Container;
  readonly kind: ContainerKind;
  readonly runtime: Runtime;
  readonly images: (reference: string) => Image | undefined;
  readonly clock: Clock;
  /** The status in the API server when the kubelet started, if any. */
  readonly previous: ContainerStatus | undefined;
  /** Called after the status has changed or when `advance` has work to do. */
  readonly onChange: () => void;
  readonly onEvent: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

/** Delay before a container that lacks a Secret or ConfigMap is started again, in ms. */
const configRetry = 2_000;

/** A container of a pod: its consecutive runs and the status that the kubelet reports. */
export class Container {
  readonly spec: V1Container;
  readonly #options: ContainerOptions;
  readonly #crashes = new RestartBackoff();
  readonly #image: ImagePull;
  readonly #history: ContainerHistory;
  #run: ContainerRun | undefined;
  /** The time of the next attempt to start it, in ms since the epoch. */
  #dueAt = 0;

  constructor(options: ContainerOptions) {
    const { spec, pod, previous, kind, clock } = options;
    this.spec = spec;
    this.#options = options;
    this.#image = new ImagePull(spec, options);
    this.#history = new ContainerHistory(previous, waitingReason(pod));
    const ended = endOfPreviousRun(previous, clock.now());
    // A new sandbox runs the init containers again, and the containers that the policy restarts.
    if (ended && kind === 'main' && !this.#restarts(ended)) this.#history.finished(ended);
    else if (ended) this.#history.lost(ended);
  }

  get name(): string {
    return this.spec.name;
  }

  /** The current run, or the last run under this kubelet. */
  get run(): ContainerRun | undefined {
    return this.#run;
  }

  get restartCount(): number {
    return this.#history.restartCount;
  }

  get running(): boolean {
    return this.#history.state.running !== undefined;
  }

  get exitCode(): number | undefined {
    return this.#history.state.terminated?.exitCode;
  }

  /** Whether the container has exited and is not restarted. */
  get finished(): boolean {
    const { terminated } = this.#history.state;
    return terminated !== undefined && !this.#restarts(terminated);
  }

  /** When {@link advance} has work to do; Infinity while the container runs or is finished. */
  get dueAt(): number {
    return this.#isIdle ? this.#dueAt : Infinity;
  }

  get status(): ContainerStatus {
    const { state, lastState, id, restartCount } = this.#history;
    const image = this.spec.image ?? '';
    const run = state.running ? this.#run : undefined;
    const hasSucceeded = this.#options.kind === 'init' && this.exitCode === 0;
    return {
      name: this.name,
      image,
      imageID: id === undefined ? '' : image,
      ...(id !== undefined && { containerID: id }),
      state: run && !run.up ? { waiting: { reason: 'ContainerCreating' } } : state,
      lastState,
      ready: hasSucceeded || (run?.ready ?? false),
      started: run?.started ?? false,
      restartCount,
    };
  }

  /** Starts the container if it does not run and its start is due. */
  async advance(context: ContainerContext): Promise<void> {
    const { clock, onEvent } = this.#options;
    if (!this.#isIdle || clock.now() < this.#dueAt || this.#isBackingOff()) return;
    const image = this.#image.pull(clock.now());
    if ('waiting' in image) {
      this.#history.waiting(image.waiting.reason, image.waiting.message);
      this.#dueAt = image.retryAt;
      return;
    }
    try {
      await this.#start(context, image);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      onEvent('Warning', 'Failed', `Error: ${error.message}`);
      this.#history.waiting('CreateContainerConfigError', error.message);
      this.#dueAt = clock.now() + configRetry;
    }
  }

  /** Ends the wait for a Secret or ConfigMap after one of them has changed. */
  configChanged(): void {
    if (this.#history.state.waiting?.reason === 'CreateContainerConfigError') this.#dueAt = 0;
  }

  /** Stops the current run, if any. @param gracePeriod milliseconds */
  async stop(gracePeriod: number): Promise<void> {
    if (this.running) await this.#run?.stop(gracePeriod, `Stopping container ${this.name}`);
  }

  get #isIdle(): boolean {
    return !this.running && !this.finished;
  }

  #restarts({ exitCode }: TerminatedState): boolean {
    const policy = this.#options.pod.spec.restartPolicy ?? 'Always';
    if (policy === 'Never') return false;
    return exitCode !== 0 || (policy === 'Always' && this.#options.kind === 'main');
  }

  /** Whether a restart must wait. The first restart is immediate. */
  #isBackingOff(): boolean {
    const { clock, pod, onEvent } = this.#options;
    const { terminated } = this.#history.state;
    if (!terminated) return false;
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
    this.#history.waiting(
      'CrashLoopBackOff',
      `back-off ${formatDuration(this.#crashes.delay)} restarting failed container=${this.name} pod=${podName}`,
    );
    this.#crashes.next(due);
    this.#dueAt = due;
    return true;
  }

  async #start(context: ContainerContext, image: Image): Promise<void> {
    const { pod, clock, onChange, onEvent } = this.#options;
    const number = this.#history.nextRun;
    const options = { ...this.#options, context, image, number, gracePeriod: gracePeriod(pod) };
    let run: ContainerRun;
    try {
      run = await ContainerRun.start(options);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      onEvent('Warning', 'Failed', `Error: ${error.message}`);
      const id = `playground://${pod.metadata.uid}/${this.name}/${number}`;
      this.#history.notStarted(id, error.message, clock.now());
      this.#dueAt = 0;
      return;
    }
    this.#run = run;
    onEvent('Normal', 'Created', 'Container created');
    onEvent('Normal', 'Started', 'Container started');
    this.#history.running(run.id, run.startedAt);
    void run.ended.then((terminated) => {
      this.#history.terminated(terminated);
      this.#dueAt = 0;
      onChange();
    });
  }
}

function waitingReason({ spec }: Pod): string {
  return (spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating';
}
