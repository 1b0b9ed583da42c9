import type { V1Container } from '@kubernetes/client-node';
import { Container, type ContainerKind, type ContainerOptions } from '../containers/container.ts';
import type { ContainerContext } from '../containers/container-run.ts';
import type { PodEvents } from '../events.ts';
import type { ContainerStatus, Pod } from './pod-types.ts';

export interface PodContainersOptions extends Pick<
  ContainerOptions,
  'runtime' | 'images' | 'clock'
> {
  /** As the node first saw it. */
  readonly pod: Pod;
  readonly events: PodEvents;
  /** A status has changed, or there is something to do. */
  readonly onChange: () => void;
}

/** The containers of a pod, and the order in which they run. */
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

  /** When one of those whose turn it is has something to do, in ms since the epoch. */
  get dueAt(): number {
    const next = this.#init.find(({ exitCode }) => exitCode !== 0);
    return Math.min(...(next ? [next] : this.#main).map(({ dueAt }) => dueAt));
  }

  find(name: string): Container | undefined {
    return this.#all.find((container) => container.name === name);
  }

  /**
   * Brings those whose turn it is a step further: the init containers one after the other, then the
   * rest.
   *
   * @param isClosing asked before each of the rest: nothing is started any more
   */
  async advance(context: ContainerContext, isClosing: () => boolean): Promise<void> {
    const next = this.#init.find(({ exitCode }) => exitCode !== 0);
    if (next) return next.advance(context);
    for (const container of this.#main) {
      if (isClosing()) return;
      await container.advance(context);
    }
  }

  /** @param gracePeriod milliseconds; of several calls the shortest counts */
  async stop(gracePeriod: number): Promise<void> {
    await Promise.all(this.#all.map((container) => container.stop(gracePeriod)));
  }

  /** A ConfigMap or Secret that they may have waited for is there, or another one. */
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
