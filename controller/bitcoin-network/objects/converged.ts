import { Overrides } from './overrides.ts';

/**
 * The networks whose objects match the synthesized ones, each with a fingerprint of everything that
 * the comparison depends on. While the fingerprint stays the same, a reconcile skips synthesis and
 * comparison, which are most of the cost of a resync.
 */
export class ConvergedNetworks {
  /** The objects that match but for fields that admission sets. */
  readonly overrides = new Overrides();
  readonly #networks = new Map<
    string,
    { readonly fingerprint: string; readonly overridden: readonly string[] }
  >();

  /** Whether the network converged with this fingerprint. */
  has(networkKey: string, fingerprint: string | undefined): boolean {
    return fingerprint !== undefined && this.#networks.get(networkKey)?.fingerprint === fingerprint;
  }

  /** Returns the fields that admission set when the network converged. */
  overridden(networkKey: string): readonly string[] {
    return this.#networks.get(networkKey)?.overridden ?? [];
  }

  /** @param overridden objects with the fields that admission set */
  set(networkKey: string, fingerprint: string, overridden: readonly string[] = []): void {
    this.#networks.set(networkKey, { fingerprint, overridden });
  }

  /** Requires another comparison. */
  reset(networkKey: string): void {
    this.#networks.delete(networkKey);
  }

  /** Forgets a network that was deleted. */
  delete(networkKey: string): void {
    this.reset(networkKey);
    this.overrides.delete(networkKey);
  }
}
