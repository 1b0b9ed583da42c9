import { Agent } from 'node:http';

/** Bytes of incomplete responses of all nodes together. */
const maxBufferedBytes = 16 << 20;

/**
 * The connections to all nodes. They are kept alive, at most two to a node, and closed before
 * bitcoind closes them (its -rpcservertimeout is 30 s).
 *
 * The agent also counts the bytes of incomplete responses, because nodes of many tenants may send
 * large responses at the same time.
 */
export class RpcAgent extends Agent {
  #bufferedBytes = 0;

  constructor() {
    super({ keepAlive: true, maxSockets: 2, timeout: 20_000 });
  }

  /** Counts bytes that are to be buffered. @returns false if there are too many of them */
  buffer(bytes: number): boolean {
    if (this.#bufferedBytes + bytes > maxBufferedBytes) return false;
    this.#bufferedBytes += bytes;
    return true;
  }

  /** Counts bytes that are no longer buffered. */
  release(bytes: number): void {
    this.#bufferedBytes -= bytes;
  }
}
