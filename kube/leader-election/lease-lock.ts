import type { KubeClient } from '../client/client.ts';
import { formatMicroTime, type Clock } from '../runtime/clock.ts';
import { isNotFound } from '../api/errors.ts';
import { resourcePath, type KubeObject, type Resource } from '../api/object.ts';

/** A Lease of coordination.k8s.io/v1. */
export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

export const leases: Resource = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};

/** The options of {@link LeaseLock}. */
export interface LeaseLockOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** Identity of the process that claims the Lease. */
  readonly identity: string;
  /** Milliseconds for which a claim is valid. */
  readonly leaseDuration: number;
  readonly clock: Clock;
}

/** Reads and writes a Lease for one process; the caller decides when. */
export class LeaseLock {
  readonly #options: LeaseLockOptions;
  #observed: Lease | undefined;

  constructor(options: LeaseLockOptions) {
    this.#options = options;
  }

  /** Whether the Lease was read and exists. */
  get hasObserved(): boolean {
    return this.#observed !== undefined;
  }

  /** The last observed holder; empty without one. */
  get holder(): string {
    return this.#observed?.spec?.holderIdentity ?? '';
  }

  /** Milliseconds for which the holder's claim is valid. */
  get duration(): number {
    const { leaseDurationSeconds } = this.#observed?.spec ?? {};
    return leaseDurationSeconds ? leaseDurationSeconds * 1000 : this.#options.leaseDuration;
  }

  /** Reads the Lease. @returns whether it was renewed, taken, released or deleted since */
  async read(signal: AbortSignal): Promise<boolean> {
    const before = this.#observed;
    try {
      this.#observed = await this.#options.client.get<Lease>(leases, this.#options, { signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#observed = undefined;
    }
    return JSON.stringify(this.#observed?.spec) !== JSON.stringify(before?.spec);
  }

  /** Discards the observed Lease, which may be outdated. */
  invalidate(): void {
    this.#observed = undefined;
  }

  /** Takes or renews the Lease. @throws ApiError: a conflict if another process was faster */
  async claim(signal: AbortSignal): Promise<void> {
    const { identity, leaseDuration, clock } = this.#options;
    const now = formatMicroTime(clock.now());
    const { acquireTime = now, leaseTransitions = 0 } = this.#observed?.spec ?? {};
    const isNew = this.holder !== identity;
    this.#observed = await this.#write(
      {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(leaseDuration / 1000),
        acquireTime: isNew ? now : acquireTime,
        renewTime: now,
        leaseTransitions: this.hasObserved && isNew ? leaseTransitions + 1 : leaseTransitions,
      },
      signal,
    );
  }

  /** Releases the Lease, so that another process can take it at once. */
  async release(signal: AbortSignal): Promise<void> {
    const now = formatMicroTime(this.#options.clock.now());
    const { leaseTransitions = 0 } = this.#observed?.spec ?? {};
    const spec = { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now };
    await this.#write({ ...spec, leaseTransitions }, signal);
  }

  /** Watches the Lease until it is released. @returns false if the watch ends before */
  async waitForRelease(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name } = this.#options;
    const resourceVersion = this.#observed?.metadata.resourceVersion;
    if (resourceVersion === undefined) return false;
    const fieldSelector = `metadata.name=${name}`;
    const options = { namespace, fieldSelector, resourceVersion, signal };
    for await (const event of client.watch<Lease>(leases, options)) {
      if (event.type === 'DELETED') return true;
      if (event.type !== 'BOOKMARK' && !event.object.spec?.holderIdentity) return true;
    }
    return false;
  }

  /** Writes the Lease. The resourceVersion causes a conflict if another process was faster. */
  #write(spec: NonNullable<Lease['spec']>, signal: AbortSignal): Promise<Lease> {
    const { client, namespace, name } = this.#options;
    const { apiVersion, kind } = leases;
    const observed = this.#observed;
    if (observed === undefined) {
      const lease = { apiVersion, kind, metadata: { namespace, name }, spec };
      return client.create<Lease>(leases, lease, { signal });
    }
    return client.request<Lease>({
      method: 'PUT',
      path: resourcePath(leases, { namespace, name }),
      body: { ...observed, apiVersion, kind, spec },
      signal,
    });
  }
}
