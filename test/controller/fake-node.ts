import type { NodeName } from '../../bitcoin/plan/node-name.ts';
import type { RpcCall, RpcOutcome } from '../../bitcoin/rpc/client.ts';
import { RpcError, rpcErrorCode } from '../../bitcoin/rpc/error.ts';
import { names } from './builders.ts';

/**
 * The peers and the chain of a bitcoind. A peer that it dials is connected at once, and completes
 * the handshake at the second query.
 */
export class FakeNode {
  readonly added = new Set<string>();
  /** For each outbound peer the queries until its handshake is complete. */
  readonly outbound = new Map<string, number>();
  /** The changes that it received, `add alice-sts-1`. */
  readonly changes: string[] = [];
  blocks = 0;
  /** Fails requests as a whole. */
  failure: RpcError | undefined;

  /** Lists peers and connects them. */
  link(...nodes: NodeName[]): this {
    for (const name of nodes) {
      this.added.add(names.peerAddress(name));
      this.outbound.set(names.peerAddress(name), 0);
    }
    return this;
  }

  async batch(calls: readonly RpcCall[]): Promise<RpcOutcome[]> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    return calls.map((call) => this.#answer(call));
  }

  #answer({ method, params = [] }: RpcCall): RpcOutcome {
    const [address = '', command] = params as string[];
    if (method === 'getaddednodeinfo') {
      return { result: [...this.added].map((addednode) => ({ addednode })) };
    }
    if (method === 'getpeerinfo') return { result: this.#peers() };
    if (method === 'getblockchaininfo') {
      const { blocks } = this;
      return { result: { blocks, headers: blocks, bestblockhash: `hash-${blocks}` } };
    }
    this.changes.push(`${command ?? method} ${address.split('.', 1)[0]!}`);
    if (command === 'add' && this.added.has(address)) {
      return refused(rpcErrorCode.nodeAlreadyAdded);
    }
    if (command === 'add') this.added.add(address);
    if (command === 'remove') this.added.delete(address);
    if (command === 'onetry') this.outbound.set(address, 1);
    if (method === 'disconnectnode' && !this.outbound.delete(address)) {
      return refused(rpcErrorCode.nodeNotConnected);
    }
    return { result: null };
  }

  #peers() {
    return [...this.outbound].map(([addr, queries]) => {
      this.outbound.set(addr, queries - 1);
      return { addr, inbound: false, version: queries > 0 ? 0 : 70016 };
    });
  }
}

/** Returns the outcome of a call that bitcoind rejects. */
export function refused(code: number): { error: RpcError } {
  return { error: new RpcError('refused', 'refused', { code }) };
}
