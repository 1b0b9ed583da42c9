import { isDeepStrictEqual } from 'node:util';
import { controllerName } from '../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import { isNotFound } from '../../kube/api/errors.ts';
import { apply } from '../../kube/apply/apply.ts';
import type { RequeueAfter } from '../../kube/queue/work-queue.ts';
import type { Dependencies } from '../bitcoin-network/scope.ts';
import { bitcoinNetworks } from '../cache/resources.ts';
import { claimNote, isNeglected, neglectedStatus, otherInstall } from './claim.ts';

/**
 * Milliseconds that another controller has to process a change of its network: an upgrade or a
 * restart of it takes less.
 */
const neglectTimeout = 60_000;

/** The collaborators of {@link OtherInstalls}. */
export type InstallDependencies = Pick<
  Dependencies,
  'cache' | 'client' | 'clock' | 'install' | 'log' | 'recorder'
>;

/** Leaves alone the networks that a controller in another namespace manages. */
export class OtherInstalls {
  readonly #dependencies: InstallDependencies;
  /** The other controller of each network that has one, by the network's key. */
  readonly #reported = new Map<string, string>();
  /** Since when the latest generation of a network waits for its controller. */
  readonly #neglected = new Map<string, { readonly generation?: number; readonly since: number }>();

  constructor(dependencies: InstallDependencies) {
    this.#dependencies = dependencies;
  }

  /** Whether another controller manages the network. */
  manages(key: string): boolean {
    return this.#otherOf(key) !== undefined;
  }

  /**
   * Reports a network that another controller manages: by an event, and by the condition Stalled
   * when that controller does not process a change for a minute. While it does, only its own status
   * is written.
   *
   * @returns undefined if this controller manages the network
   * @throws ApiError and ConnectionError
   */
  async reconcile(key: string, signal: AbortSignal): Promise<RequeueAfter | undefined> {
    const { cache, clock } = this.#dependencies;
    const network = cache.networks.get(key);
    const other = this.#otherOf(key);
    if (network === undefined || other === undefined) {
      this.#reported.delete(key);
      this.#neglected.delete(key);
      return undefined;
    }
    this.#report(key, network, other);
    if (!isNeglected(network)) {
      this.#neglected.delete(key);
      return { requeueAfter: neglectTimeout };
    }
    const { generation } = network.metadata;
    let waiting = this.#neglected.get(key);
    if (waiting?.generation !== generation || waiting === undefined) {
      waiting = { ...(generation !== undefined && { generation }), since: clock.elapsed() };
      this.#neglected.set(key, waiting);
    }
    const left = waiting.since + neglectTimeout - clock.elapsed();
    if (left > 0) return { requeueAfter: left };
    await this.#writeStatus(network, other, signal);
    return { requeueAfter: neglectTimeout };
  }

  #otherOf(key: string): string | undefined {
    const { cache, install } = this.#dependencies;
    const network = cache.networks.get(key);
    return network && otherInstall(network, install);
  }

  #report(key: string, network: BitcoinNetwork, other: string): void {
    if (this.#reported.get(key) === other) return;
    this.#reported.set(key, other);
    const { recorder, log, install } = this.#dependencies;
    const note = claimNote(other, install);
    const reason = 'OtherController';
    log.warn({ network: key, reason }, note);
    recorder.record(network, { type: 'Warning', reason, action: 'Reconcile', note });
  }

  async #writeStatus(network: BitcoinNetwork, other: string, signal: AbortSignal): Promise<void> {
    const { client, cache, clock } = this.#dependencies;
    const status = neglectedStatus(network, other, clock.now());
    if (isDeepStrictEqual(status, network.status)) return;
    const { apiVersion, kind, metadata } = network;
    const { name, namespace, uid } = metadata;
    const object = {
      apiVersion,
      kind,
      metadata: { name, namespace: namespace!, uid: uid! },
      status,
    };
    const options = { fieldManager: controllerName, subresource: 'status', signal };
    try {
      cache.networks.record(await apply(client, bitcoinNetworks, object, options));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
