import type { ContainerState, ContainerStatus, TerminatedState } from '../api/pod.ts';
import { formatTime } from '../api/time.ts';

/** Exit code of a container whose node went down. */
const lostExitCode = 255;
/** Exit code of a container that could not be started. */
const startErrorExitCode = 128;

/** The current and the last state of a container, and the number of its restarts. */
export class ContainerHistory {
  #state: ContainerState;
  #lastState: ContainerState = {};
  #id: string | undefined;
  #restartCount: number;

  /**
   * @param previous the status in the API server when the kubelet started
   * @param waitingReason the reason while the container waits for its first start
   */
  constructor(previous: ContainerStatus | undefined, waitingReason: string) {
    this.#state = { waiting: { reason: waitingReason } };
    this.#restartCount = previous?.restartCount ?? 0;
    this.#id = previous?.containerID;
    if (previous) this.#lastState = previous.lastState;
  }

  get state(): ContainerState {
    return this.#state;
  }

  get lastState(): ContainerState {
    return this.#lastState;
  }

  /** The id of the last run, if any. */
  get id(): string | undefined {
    return this.#id;
  }

  get restartCount(): number {
    return this.#restartCount;
  }

  /** The number of the next run, counted from 0. */
  get nextRun(): number {
    return this.#restartCount + (this.#id === undefined ? 0 : 1);
  }

  /** Records that a previous kubelet's run has ended and is not restarted. */
  finished(terminated: TerminatedState): void {
    this.#lastState = {};
    this.#state = { terminated };
  }

  /** Records that a previous kubelet's run has ended and is restarted. */
  lost(terminated: TerminatedState): void {
    this.#lastState = { terminated };
  }

  waiting(reason: string, message: string): void {
    this.#shift();
    this.#state = { waiting: { reason, message } };
  }

  running(id: string, startedAt: string): void {
    this.#restartCount = this.nextRun;
    this.#id = id;
    this.#shift();
    this.#state = { running: { startedAt } };
  }

  terminated(terminated: TerminatedState): void {
    this.#shift();
    this.#state = { terminated };
  }

  /** Records a run that could not be started. @param now milliseconds since the epoch */
  notStarted(id: string, message: string, now: number): void {
    this.#restartCount = this.nextRun;
    this.#id = id;
    this.terminated({
      exitCode: startErrorExitCode,
      reason: 'StartError',
      message: `failed to create containerd task: ${message}`,
      startedAt: formatTime(0),
      finishedAt: formatTime(now),
      containerID: id,
    });
  }

  #shift(): void {
    if (this.#state.terminated) this.#lastState = this.#state;
  }
}

/**
 * How the run in a status ended, for a kubelet that has just started. A run that the status shows
 * as running was lost with its node.
 *
 * @param now milliseconds since the epoch
 */
export function endOfPreviousRun(
  previous: ContainerStatus | undefined,
  now: number,
): TerminatedState | undefined {
  const { terminated, running } = previous?.state ?? {};
  if (terminated || !running) return terminated;
  return {
    exitCode: lostExitCode,
    reason: 'Unknown',
    startedAt: running.startedAt,
    finishedAt: formatTime(now),
    ...(previous?.containerID !== undefined && { containerID: previous.containerID }),
  };
}
