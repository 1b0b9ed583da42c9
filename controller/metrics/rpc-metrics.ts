import type { RpcRequestOutcome } from '../../bitcoin/rpc/client.ts';
import type { RpcFailure } from '../../bitcoin/rpc/error.ts';
import type { MetricsRegistry } from './registry.ts';

/** Records RPC requests: their durations together, and their failures by network. */
export class RpcMetrics {
  readonly #registry: MetricsRegistry;
  readonly #maxNetworks: number;
  readonly #failures = new Map<string, Map<RpcFailure, number>>();

  /** @param maxNetworks maximum number of networks whose failures are counted */
  constructor(registry: MetricsRegistry, maxNetworks: number) {
    this.#registry = registry;
    this.#maxNetworks = maxNetworks;
  }

  /** @param duration milliseconds */
  record(networkKey: string, duration: number, outcome: RpcRequestOutcome): void {
    const durations = this.#registry.histogram('bitcoin_network_rpc_duration_seconds');
    durations.observe({ outcome }, duration / 1000);
    if (outcome === 'success') return;
    let counts = this.#failures.get(networkKey);
    if (!counts) {
      if (this.#failures.size >= this.#maxNetworks) return;
      counts = new Map();
      this.#failures.set(networkKey, counts);
    }
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }

  /** Returns the number of failures of a network by kind, without kinds that did not occur. */
  failuresOf(networkKey: string): ReadonlyMap<RpcFailure, number> {
    return this.#failures.get(networkKey) ?? new Map<RpcFailure, number>();
  }

  /** Forgets all networks but these. */
  retain(networkKeys: ReadonlySet<string>): void {
    for (const key of this.#failures.keys()) if (!networkKeys.has(key)) this.#failures.delete(key);
  }
}
