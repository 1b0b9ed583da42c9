import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hostsFile, rewriteInPlace, type HostsEntry } from '../sandbox/hosts-file.ts';
import type { Logger } from '../../../kube/runtime/logger.ts';
import type { Pod } from './pod-types.ts';
import { PodWorker, type PodServices } from './pod-worker.ts';

/** Hosts files are rewritten at most this often when many pods come or go together, in ms. */
const hostsDelay = 20;

/** The pods of this node. */
export class Pods {
  readonly #folder: string;
  readonly #services: PodServices;
  readonly #log: Logger;
  readonly #workers = new Map<string, PodWorker>();
  readonly #staleHosts = new Set<string>();
  #hostsTimer: NodeJS.Timeout | undefined;
  readonly #removals = new Set<Promise<void>>();

  /** @param folder where the files of each pod are kept, by its uid */
  constructor(folder: string, services: Omit<PodServices, 'onAddress'>) {
    this.#folder = folder;
    this.#log = services.log;
    this.#services = { ...services, onAddress: (worker) => this.#addressTaken(worker) };
  }

  all(): PodWorker[] {
    return [...this.#workers.values()];
  }

  find(namespace: string, name: string): PodWorker | undefined {
    return this.all().find(
      ({ pod }) => pod.metadata.name === name && pod.metadata.namespace === namespace,
    );
  }

  /** Takes a new or changed pod. */
  update(pod: Pod): void {
    const { uid } = pod.metadata;
    const known = this.#workers.get(uid);
    if (known) {
      known.update(pod);
      return;
    }
    const worker = new PodWorker(pod, join(this.#folder, uid), this.#services);
    this.#workers.set(uid, worker);
    worker.poke();
  }

  /** The pod is gone from the API server. */
  remove({ metadata }: Pod): void {
    const worker = this.#workers.get(metadata.uid);
    if (!worker) return;
    this.#workers.delete(metadata.uid);
    const removal = worker.remove().catch((err: unknown) => {
      this.#log.warn({ err, pod: metadata.name }, 'pod files not erased');
    });
    this.#removals.add(removal);
    void removal.finally(() => this.#removals.delete(removal));
    this.#refreshHosts(metadata.namespace);
  }

  /** Erases the files of pods that are gone since the node ran last. */
  async eraseLeftovers(): Promise<void> {
    for (const uid of await readdir(this.#folder)) {
      if (this.#workers.has(uid)) continue;
      await rm(join(this.#folder, uid), { recursive: true, force: true });
    }
  }

  /** @param gracePeriod milliseconds, for each pod */
  async close(gracePeriod: number): Promise<void> {
    clearTimeout(this.#hostsTimer);
    await Promise.all(this.all().map((worker) => worker.close(gracePeriod)));
    await Promise.all(this.#removals);
  }

  async #addressTaken(worker: PodWorker): Promise<void> {
    const { namespace } = worker.pod.metadata;
    await writeFile(worker.hostsFile, '');
    await this.#writeHosts(worker, this.#entries(namespace));
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

  async #writeHosts(worker: PodWorker, entries: readonly HostsEntry[]): Promise<void> {
    if (worker.podIP === undefined) return;
    try {
      const own = { pod: worker.pod, ip: worker.podIP };
      await rewriteInPlace(worker.hostsFile, hostsFile(own, entries));
    } catch (err) {
      if (!this.#workers.has(worker.pod.metadata.uid)) return;
      this.#log.warn({ err, pod: worker.pod.metadata.name }, 'hosts file not written');
    }
  }
}
