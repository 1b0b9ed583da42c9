import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostsFile, overwrite, type HostsEntry } from './hosts-file.ts';
import type { Logger } from '../../../kube/runtime/logger.ts';
import type { Pod } from '../api/pod.ts';
import type { PodHost, PodServices } from './pod-services.ts';
import { PodWorker } from './pod-worker.ts';

/** Delay before hosts files are rewritten, so that several changes cause one rewrite, in ms. */
const hostsDelay = 20;

/** The pods bound to this node. */
export class Pods {
  readonly #folder: string;
  readonly #services: PodServices;
  readonly #log: Logger;
  readonly #workers = new Map<string, PodWorker>();
  readonly #staleHosts = new Set<string>();
  #hostsTimer: NodeJS.Timeout | undefined;
  readonly #removals = new Set<Promise<void>>();

  /** @param folder holds a folder for each pod, named after its uid */
  constructor(folder: string, services: Omit<PodServices, 'onAddress'>) {
    this.#folder = folder;
    this.#log = services.log;
    this.#services = { ...services, onAddress: (host) => this.#addressTaken(host) };
  }

  all(): PodWorker[] {
    return [...this.#workers.values()];
  }

  find(namespace: string, name: string): PodWorker | undefined {
    return this.all().find(
      ({ pod }) => pod.metadata.name === name && pod.metadata.namespace === namespace,
    );
  }

  /** Creates or updates the worker of a pod. */
  update(pod: Pod): void {
    const { uid } = pod.metadata;
    const existing = this.#workers.get(uid);
    if (existing) {
      existing.update(pod);
      return;
    }
    const worker = new PodWorker(pod, join(this.#folder, uid), this.#services);
    this.#workers.set(uid, worker);
    worker.poke();
  }

  /** Removes a pod that the API server no longer has. */
  remove({ metadata }: Pod): void {
    const worker = this.#workers.get(metadata.uid);
    if (!worker) return;
    this.#workers.delete(metadata.uid);
    const removal = worker.remove().catch((err: unknown) => {
      this.#log.warn({ err, pod: metadata.name }, 'failed to erase the files of a pod');
    });
    this.#removals.add(removal);
    void removal.finally(() => this.#removals.delete(removal));
    this.#refreshHosts(metadata.namespace);
  }

  /** Erases the files of pods that were deleted while no kubelet was running. */
  async eraseLeftovers(): Promise<void> {
    for (const uid of await readdir(this.#folder)) {
      if (this.#workers.has(uid)) continue;
      await rm(join(this.#folder, uid), { recursive: true, force: true });
    }
  }

  /** Stops all pods. @param gracePeriod milliseconds, for each pod */
  async close(gracePeriod: number): Promise<void> {
    clearTimeout(this.#hostsTimer);
    await Promise.all(this.all().map((worker) => worker.close(gracePeriod)));
    await Promise.all(this.#removals);
  }

  async #addressTaken(host: PodHost): Promise<void> {
    const { namespace } = host.pod.metadata;
    await writeFile(host.hostsFile, '');
    await this.#writeHosts(host, this.#entries(namespace));
    this.#refreshHosts(namespace);
  }

  #entries(namespace: string): HostsEntry[] {
    return this.all().flatMap(({ pod, podIP }) =>
      podIP !== undefined && pod.metadata.namespace === namespace ? [{ pod, ip: podIP }] : [],
    );
  }

  #refreshHosts(namespace: string): void {
    this.#staleHosts.add(namespace);
    this.#hostsTimer ??= setTimeout(() => {
      this.#hostsTimer = undefined;
      const namespaces = [...this.#staleHosts];
      this.#staleHosts.clear();
      void Promise.all(namespaces.map((stale) => this.#rewriteHosts(stale)));
    }, hostsDelay);
  }

  async #rewriteHosts(namespace: string): Promise<void> {
    const entries = this.#entries(namespace);
    for (const worker of this.all()) {
      if (worker.pod.metadata.namespace === namespace) await this.#writeHosts(worker, entries);
    }
  }

  async #writeHosts(host: PodHost, entries: readonly HostsEntry[]): Promise<void> {
    if (host.podIP === undefined) return;
    try {
      const own = { pod: host.pod, ip: host.podIP };
      await overwrite(host.hostsFile, hostsFile(own, entries));
    } catch (err) {
      if (!this.#workers.has(host.pod.metadata.uid)) return;
      this.#log.warn({ err, pod: host.pod.metadata.name }, 'failed to write a hosts file');
    }
  }
}
