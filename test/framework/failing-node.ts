import { createServer, type Server, type ServerResponse } from 'node:http';
import { rpcPort } from '../../bitcoin/chain.ts';
import type { NodeServer } from './fake-kubelet.ts';

/** How a node fails: it accepts requests and never answers, or it rejects their credentials. */
export type NodeFailure = 'silent' | 'unauthorized';

/** The RPC server of a node that never succeeds. */
export class FailingNode implements NodeServer {
  readonly #server: Server;
  #requestCount = 0;

  private constructor(failure: NodeFailure) {
    this.#server = createServer((_, response) => {
      this.#requestCount++;
      if (failure === 'unauthorized') reject(response);
    });
  }

  static async listen(address: string, failure: NodeFailure): Promise<FailingNode> {
    const node = new FailingNode(failure);
    await new Promise<void>((resolve, fail) => {
      node.#server.once('error', fail);
      node.#server.listen(rpcPort, address, resolve);
    });
    return node;
  }

  /** The number of RPC requests so far. */
  get callCount(): number {
    return this.#requestCount;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Answers like bitcoind: https://github.com/bitcoin/bitcoin/blob/v28.0/src/httprpc.cpp */
function reject(response: ServerResponse): void {
  response.writeHead(401, { 'www-authenticate': 'Basic realm="jsonrpc"' }).end();
}
