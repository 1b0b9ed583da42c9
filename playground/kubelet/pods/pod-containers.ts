import type { V1Container } from '@kubernetes/client-node';
import { Container, type ContainerKind, type ContainerOptions } from '../containers/container.ts';
import type { ContainerContext } from '../containers/start-request.ts';
import type { PodEvents } from './pod-events.ts';
import type { ContainerStatus, Pod } from '../api/pod.ts';

export interface PodContainersOptions extends Pick<
  ContainerOptions,
  'runtime' | 'images' | 'clock'
> {
  /** The pod as it was when the kubelet first received it. */
  readonly pod: Pod;
  readonly events: PodEvents;
  /** Called after a status has changed or when `advance` has work to do. */
  readonly onChange: () => void;
}

/** The containers of a pod. Init containers run one after another, then the others run together. */
export class PodContainers {
  readonly #options: PodContainersOptions;
  readonly #init: readonly Container[];
  readonly #main: readonly Container[];

  constructor(options: PodContainersOptions) {
    this.#options = options;
    const { initContainers = [], containers } = options.pod.spec;
    this.#init = initContainers.map((spec) => this.#container(spec, 'init'));
    this.#main = containers.map((spec) => this.#container(spec, 'main'));
  }

  get initStatuses(): readonly ContainerStatus[] {
    return this.#init.map(({ status }) => status);
  }

  get statuses(): readonly ContainerStatus[] {
    return this.#main.map(({ status }) => status);
  }

  /** When `advance` has work to do, in ms since the epoch. */
  get dueAt(): number {
    const next = this.#init.find(({ exitCode }) => exitCode !== 0);
    return Math.min(...(next ? [next] : this.#main).map(({ dueAt }) => dueAt));
  }

  find(name: string): Container | undefined {
    return this.#all.find((container) => container.name === name);
  }

  /**
   * Starts the containers whose start is due.
   *
   * @param isClosing checked before each start; when it returns true, no container starts
   */
  async advance(context: ContainerContext, isClosing: () => boolean): Promise<void> {
    const next = this.#init.find(({ exitCode }) => exitCode !== 0);
    if (next) return next.advance(context);
    for (const container of this.#main) {
      if (isClosing()) return;
      await container.advance(context);
    }
  }

  /** Stops all containers. @param gracePeriod milliseconds; the shortest of all calls applies */
  async stop(gracePeriod: number): Promise<void> {
    await Promise.all(this.#all.map((container) => container.stop(gracePeriod)));
  }

  /** Ends the wait of containers for a Secret or ConfigMap after one of them has changed. */
  configChanged(): void {
    for (const container of this.#all) container.configChanged();
  }

  get #all(): readonly Container[] {
    return [...this.#init, ...this.#main];
  }

  #container(spec: V1Container, kind: ContainerKind): Container {
    const { pod, runtime, images, clock, events, onChange } = this.#options;
    const { initContainerStatuses, containerStatuses } = pod.status ?? {};
    const statuses = kind === 'init' ? initContainerStatuses : containerStatuses;
    const field = kind === 'init' ? 'initContainers' : 'containers';
    return new Container({
      pod,
      spec,
      kind,
      runtime,
      images,
      clock,
      previous: statuses?.find(({ name }) => name === spec.name),
      onChange,
      onEvent: (type, reason, message) => {
        events.emit(pod, type, reason, message, `spec.${field}{${spec.name}}`);
      },
    });
  }
}
