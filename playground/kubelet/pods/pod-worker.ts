import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubeClient } from '../../../kube/client/client.ts';
import type { Clock } from '../../../kube/runtime/clock.ts';
import { isConflict, isNotFound } from '../../../kube/api/errors.ts';
import type { Logger } from '../../../kube/runtime/logger.ts';
import type { AddressPool } from './address-pool.ts';
import type { Container } from '../containers/container.ts';
import type { ContainerContext } from '../containers/container-run.ts';
import type { PodEvents } from '../events.ts';
import type { Image } from '../containers/image-table.ts';
import type { DataKind, ObjectCache, ObjectHandle } from '../object-cache.ts';
import { PodContainers } from './pod-containers.ts';
import { podReferences } from './pod-references.ts';
import { PodStatusWriter } from './pod-status-writer.ts';
import { podStatus } from './pod-status.ts';
import type { Pod } from './pod-types.ts';
import { pods } from '../resources.ts';
import type { Runtime } from '../runtime.ts';
import { VolumeError } from '../volumes/payload.ts';
import { ServiceAccountTokens } from '../volumes/service-account-token.ts';
import { Volume } from '../volumes/volume.ts';

/** What every pod of a node shares. */
export interface PodServices {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: PodEvents;
  readonly objects: ObjectCache;
  readonly runtime: Runtime;
  readonly images: (reference: string) => Image | undefined;
  readonly addresses: AddressPool;
  readonly hostIP: string;
  readonly nodeEnv: Readonly<Record<string, string>>;
  /** Writes the hosts files that a pod's new address changes, its own among them. */
  readonly onAddress: (worker: PodWorker) => Promise<void>;
}

/** Time after which a volume that cannot be shown, or a failed request, is tried again, in ms. */
const retry = 2_000;
const defaultGraceSeconds = 30;

/** Runs one pod: brings it, one step at a time, to what its spec and its deletion ask for. */
export class PodWorker {
  readonly folder: string;
  readonly #services: PodServices;
  readonly #containers: PodContainers;
  readonly #volumes: ReadonlyMap<string, Volume>;
  readonly #tokens: ServiceAccountTokens;
  readonly #status: PodStatusWriter;
  readonly #handles = new Map<string, ObjectHandle>();
  #pod: Pod;
  #podIP: string | undefined;
  #isPrepared = false;
  #isGone = false;
  #isClosing = false;
  #closed: Promise<void> | undefined;
  #isPoked = false;
  #running: Promise<void> | undefined;
  #retryAt = Infinity;
  #cancelTimer: () => void = () => undefined;

  /** @param folder where this pod's files are kept on the host */
  constructor(pod: Pod, folder: string, services: PodServices) {
    this.#pod = pod;
    this.folder = folder;
    this.#services = services;
    this.#tokens = new ServiceAccountTokens(services.client, services.clock);
    this.#status = new PodStatusWriter(services.client);
    this.#containers = new PodContainers({
      ...services,
      pod,
      onChange: () => {
        this.poke();
      },
    });
    this.#volumes = new Map(
      (pod.spec.volumes ?? []).map((spec) => [
        spec.name,
        new Volume(spec, join(folder, 'volumes', spec.name)),
      ]),
    );
    for (const [kind, name] of podReferences(pod)) this.#acquire(kind, name);
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

  /** Takes a newer version of the pod. */
  update(pod: Pod): void {
    this.#pod = pod;
    this.poke();
  }

  /** The pod is gone from the API server: ends what runs, at once, and erases its files. */
  async remove(): Promise<void> {
    this.#isGone = true;
    await this.close(0);
    this.#services.addresses.release(this.#podIP ?? '');
    await rm(this.folder, { recursive: true, force: true });
  }

  /**
   * Ends what runs and does nothing more.
   *
   * @param gracePeriod milliseconds
   */
  async close(gracePeriod: number): Promise<void> {
    this.#isClosing = true;
    this.#cancelTimer();
    for (const handle of this.#handles.values()) handle.release();
    this.#handles.clear();
    const stopped = this.#containers.stop(gracePeriod);
    await this.#running;
    await stopped;
    // A container that was being started meanwhile.
    await this.#containers.stop(gracePeriod);
  }

  /** Looks at everything again, soon. */
  poke(): void {
    this.#isPoked = true;
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
    });
  }

  async #work(): Promise<void> {
    const { clock, log } = this.#services;
    this.#cancelTimer();
    while (this.#isPoked && !this.#isClosing) {
      this.#isPoked = false;
      this.#retryAt = Infinity;
      try {
        await this.#sync();
      } catch (err) {
        log.warn({ err, pod: this.#pod.metadata.name }, 'pod sync failed, will be retried');
        this.#retryAt = clock.now() + retry;
      }
    }
    if (this.#isClosing) return;
    const dueAt = Math.min(
      this.#retryAt,
      this.#tokens.refreshAt ?? Infinity,
      this.#isPrepared ? this.#containers.dueAt : Infinity,
    );
    if (dueAt === Infinity) return;
    this.#cancelTimer = clock.setTimer(
      () => {
        this.poke();
      },
      Math.max(0, dueAt - clock.now()),
    );
  }

  async #sync(): Promise<void> {
    const { deletionTimestamp } = this.#pod.metadata;
    if (deletionTimestamp !== undefined) {
      this.#closed ??= this.#terminate();
      // Also when the grace period was shortened: each call takes the shorter one.
      void this.#containers.stop(this.#gracePeriod());
      return;
    }
    const { phase } = this.#pod.status ?? {};
    if (phase === 'Succeeded' || phase === 'Failed') return;
    await this.#takeAddress();
    this.#isPrepared = await this.#prepareVolumes();
    if (this.#isPrepared) {
      await this.#containers.advance(this.#context(), () => this.#isClosing);
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

  /** @returns whether every volume shows what it should, or did before */
  async #prepareVolumes(): Promise<boolean> {
    const { events, clock } = this.#services;
    await Promise.all([...this.#handles.values()].map(({ synced }) => synced));
    let complete = true;
    for (const volume of this.#volumes.values()) {
      try {
        await volume.update({ ...this.#context(), tokens: this.#tokens });
      } catch (error) {
        complete = false;
        const message = error instanceof Error ? error.message : String(error);
        const text = `MountVolume.SetUp failed for volume "${volume.name}" : ${message}`;
        events.emit(this.#pod, 'Warning', 'FailedMount', text);
        this.#retryAt = clock.now() + retry;
        if (!(error instanceof VolumeError) && this.#isPrepared) throw error;
      }
    }
    return complete || this.#isPrepared;
  }

  #gracePeriod(): number {
    const { metadata, spec } = this.#pod;
    const seconds =
      metadata.deletionGracePeriodSeconds ??
      spec.terminationGracePeriodSeconds ??
      defaultGraceSeconds;
    return seconds * 1000;
  }

  async #terminate(): Promise<void> {
    const { client, log, clock } = this.#services;
    try {
      await this.#containers.stop(this.#gracePeriod());
      const { uid, name, namespace } = this.#pod.metadata;
      await this.#writeStatus();
      await client.delete(
        pods,
        { name, namespace },
        { gracePeriodSeconds: 0, preconditions: { uid } },
      );
    } catch (err) {
      if (isNotFound(err) || isConflict(err) || this.#isGone) return;
      log.warn({ err, pod: this.#pod.metadata.name }, 'pod not deleted, will be retried');
      this.#closed = undefined;
      this.#cancelTimer = clock.setTimer(() => {
        this.poke();
      }, retry);
    }
  }

  async #writeStatus(): Promise<void> {
    const { clock, hostIP } = this.#services;
    const after = await this.#status.write(
      this.#pod,
      podStatus({
        pod: this.#pod,
        podIP: this.#podIP,
        hostIP,
        isPrepared: this.#isPrepared,
        initStatuses: this.#containers.initStatuses,
        statuses: this.#containers.statuses,
        now: clock.now(),
      }),
    );
    // The next status keeps its transition times; the watch may be behind.
    if (after && after.metadata.deletionTimestamp === this.#pod.metadata.deletionTimestamp) {
      this.#pod = after;
    }
  }

  #context(): ContainerContext {
    const { metadata, spec } = this.#pod;
    const { hostIP, nodeEnv } = this.#services;
    const podIP = this.#podIP ?? '';
    return {
      facts: { pod: this.#pod, podIP, hostIP },
      lookup: (kind, name) => this.#handles.get(`${kind}/${name}`)?.get(),
      volumes: this.#volumes,
      folder: this.folder,
      hostsFile: this.hostsFile,
      hostname: spec.hostname ?? metadata.name,
      nodeEnv: { ...nodeEnv, BIND_ADDRESS: podIP },
    };
  }

  #acquire(kind: DataKind, name: string): void {
    const { namespace } = this.#pod.metadata;
    const handle = this.#services.objects.acquire(kind, namespace, name, () => {
      this.#containers.configChanged();
      this.poke();
    });
    this.#handles.set(`${kind}/${name}`, handle);
  }
}
