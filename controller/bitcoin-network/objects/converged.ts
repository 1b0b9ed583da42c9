/**
 * The networks whose objects match the synthesized ones, each with a fingerprint of everything that
 * the comparison depends on. While the fingerprint stays the same, a reconcile skips synthesis and
 * comparison, which are most of the cost of a resync.
 */
export class ConvergedNetworks {
  readonly #fingerprints = new Map<string, string>();

  /** Whether the network converged with this fingerprint. */
  has(networkKey: string, fingerprint: string | undefined): boolean {
    return fingerprint !== undefined && this.#fingerprints.get(networkKey) === fingerprint;
  }

  set(networkKey: string, fingerprint: string): void {
    this.#fingerprints.set(networkKey, fingerprint);
  }

  delete(networkKey: string): void {
    this.#fingerprints.delete(networkKey);
  }
}
