import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isConflict, isNotFound } from '../../../kube/api/errors.ts';
import { deletionGracePeriod } from '../api/grace-period.ts';
import type { Pod } from '../api/pod.ts';
import { pods } from '../api/resources.ts';
import type { Container } from '../containers/container.ts';
import type { ContainerContext } from '../containers/start-request.ts';
import { ServiceAccountTokens } from '../volumes/service-account-token.ts';
import { PodContainers } from './pod-containers.ts';
import { PodObjects } from './pod-objects.ts';
import type { PodHost, PodServices } from './pod-services.ts';
import { podStatus } from './pod-status.ts';
import { PodStatusWriter } from './pod-status-writer.ts';
import { PodVolumes } from './pod-volumes.ts';
import { SyncLoop } from './sync-loop.ts';

/** Runs one pod: moves it step by step to the state that its spec and its deletion require. */
export class PodWorker implements PodHost {
  readonly folder: string;
  readonly #services: PodServices;
  readonly #containers: PodContainers;
  readonly #objects: PodObjects;
  readonly #volumes: PodVolumes;
  readonly #status: PodStatusWriter;
  readonly #loop: SyncLoop;
  #pod: Pod;
  #podIP: string | undefined;
  #isRemoved = false;
  #termination: Promise<void> | undefined;

  /** @param folder the folder for this pod's files on the host */
  constructor(pod: Pod, folder: string, services: PodServices) {
    const { client, clock, log } = services;
    this.#pod = pod;
    this.folder = folder;
    this.#services = services;
    this.#loop = new SyncLoop({
      clock,
      sync: () => this.#sync(),
      onError: (err) => {
        log.warn({ err, pod: pod.metadata.name }, 'failed to sync the pod, retrying');
      },
      dueAt: () => {
        if (this.#isOver) return Infinity;
        const containersDueAt = this.#volumes.isReady ? this.#containers.dueAt : Infinity;
        return Math.min(this.#volumes.refreshAt, containersDueAt);
      },
    });
    this.#status = new PodStatusWriter(client);
    this.#containers = new PodContainers({
      ...services,
      pod,
      onChange: () => {
        this.poke();
      },
    });
    this.#volumes = new PodVolumes(pod, folder, new ServiceAccountTokens(client, clock));
    this.#objects = new PodObjects(pod, services.objects, () => {
      this.#containers.configChanged();
      this.poke();
    });
  }

  get pod(): Pod {
    return this.#pod;
  }

  get podIP(): string | undefined {
    return this.#podIP;
  }

  get hostsFile(): string {
    return join(this.folder, 'hosts');
  }

  container(name: string): Container | undefined {
    return this.#containers.find(name);
  }

  /** Replaces the pod with a newer version. */
  update(pod: Pod): void {
    this.#pod = pod;
    this.poke();
  }

  /** Kills the processes of a pod that the API server no longer has, and erases its files. */
  async remove(): Promise<void> {
    this.#isRemoved = true;
    await this.close(0);
    this.#services.addresses.release(this.#podIP ?? '');
    await rm(this.folder, { recursive: true, force: true });
  }

  /**
   * Stops the containers and all further work.
   *
   * @param gracePeriod milliseconds
   */
  async close(gracePeriod: number): Promise<void> {
    const idle = this.#loop.stop();
    this.#objects.release();
    const stopped = this.#containers.stop(gracePeriod);
    await idle;
    await stopped;
    // The last sync may have started another container.
    await this.#containers.stop(gracePeriod);
  }

  /** Requests a sync. */
  poke(): void {
    this.#loop.poke();
  }

  /** Whether the pod has ended or is being deleted: nothing in it is started or refreshed. */
  get #isOver(): boolean {
    const { metadata, status } = this.#pod;
    const hasEnded = status?.phase === 'Succeeded' || status?.phase === 'Failed';
    return hasEnded || metadata.deletionTimestamp !== undefined;
  }

  async #sync(): Promise<void> {
    const { deletionTimestamp } = this.#pod.metadata;
    if (deletionTimestamp !== undefined) {
      this.#termination ??= this.#terminate();
      // A later update may shorten the grace period.
      void this.#containers.stop(deletionGracePeriod(this.#pod));
      return;
    }
    if (this.#isOver) return;
    await this.#takeAddress();
    await this.#prepareVolumes();
    if (this.#volumes.isReady) {
      await this.#containers.advance(this.#context(), () => this.#loop.isStopped);
    }
    await this.#writeStatus();
  }

  async #takeAddress(): Promise<void> {
    if (this.#podIP !== undefined) return;
    const { addresses, onAddress } = this.#services;
    await mkdir(this.folder, { recursive: true });
    this.#podIP = addresses.take(this.#pod.status?.podIP);
    await onAddress(this);
  }

  async #prepareVolumes(): Promise<void> {
    await this.#objects.waitForSync();
    await this.#volumes.update(this.#context(), (message) => {
      this.#services.events.emit(this.#pod, 'Warning', 'FailedMount', message);
      this.#loop.retry();
    });
  }

  async #terminate(): Promise<void> {
    const { client, log } = this.#services;
    try {
      await this.#containers.stop(deletionGracePeriod(this.#pod));
      const { uid, name, namespace } = this.#pod.metadata;
      await this.#writeStatus();
      await client.delete(
        pods,
        { name, namespace },
        { gracePeriodSeconds: 0, preconditions: { uid } },
      );
    } catch (err) {
      if (isNotFound(err) || isConflict(err) || this.#isRemoved) return;
      log.warn({ err, pod: this.#pod.metadata.name }, 'failed to delete the pod, retrying');
      this.#termination = undefined;
      this.#loop.retry();
    }
  }

  async #writeStatus(): Promise<void> {
    const { clock, hostIP } = this.#services;
    const updated = await this.#status.write(
      this.#pod,
      podStatus({
        pod: this.#pod,
        podIP: this.#podIP,
        hostIP,
        isPrepared: this.#volumes.isReady,
        initStatuses: this.#containers.initStatuses,
        statuses: this.#containers.statuses,
        now: clock.now(),
      }),
    );
    // The next status needs the transition times of this one, and the watch may be behind.
    if (updated && updated.metadata.deletionTimestamp === this.#pod.metadata.deletionTimestamp) {
      this.#pod = updated;
    }
  }

  #context(): ContainerContext {
    const { metadata, spec } = this.#pod;
    const { hostIP, kubeletEnv } = this.#services;
    const podIP = this.#podIP ?? '';
    return {
      facts: { pod: this.#pod, podIP, hostIP },
      lookup: (kind, name) => this.#objects.lookup(kind, name),
      volumes: this.#volumes.volumes,
      folder: this.folder,
      hostsFile: this.hostsFile,
      hostname: spec.hostname ?? metadata.name,
      kubeletEnv: { ...kubeletEnv, BIND_ADDRESS: podIP },
    };
  }
}
