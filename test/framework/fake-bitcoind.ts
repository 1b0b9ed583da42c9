import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { rpcPort } from '../../bitcoin/chain.ts';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params?: readonly string[];
}

/**
 * The RPC server of a node, reduced to the methods that the controller calls: every peer that it is
 * to connect to is connected at once.
 */
export class FakeBitcoind {
  readonly #added = new Set<string>();
  readonly #connected = new Set<string>();
  readonly #server: Server;
  #callCount = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#respond(request, response));
  }

  /** Returns a node that serves the connections which the caller passes to it. */
  static detached(): FakeBitcoind {
    return new FakeBitcoind(createServer());
  }

  static listen(address: string): Promise<FakeBitcoind> {
    const bitcoind = FakeBitcoind.detached();
    const server = bitcoind.#server;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(rpcPort, address, () => {
        resolve(bitcoind);
      });
    });
  }

  /** The number of RPC calls so far; a batch counts as many as it contains. */
  get callCount(): number {
    return this.#callCount;
  }

  /** Serves a connection that the caller accepted. */
  serve(socket: Socket): void {
    this.#server.emit('connection', socket);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const calls = JSON.parse(await text(request)) as Call[];
    this.#callCount += calls.length;
    const results = calls.map((call) => ({ id: call.id, result: this.#call(call), error: null }));
    response.end(JSON.stringify(results));
  }

  #call({ method, params: [name = '', command] = [] }: Call): unknown {
    if (command === 'add') this.#added.add(name);
    if (command === 'remove') this.#added.delete(name);
    if (command === 'onetry') this.#connected.add(name);
    if (method === 'disconnectnode') this.#connected.delete(name);
    if (method === 'getaddednodeinfo') return [...this.#added].map((addednode) => ({ addednode }));
    if (method === 'getblockchaininfo') return { blocks: 0, headers: 0, bestblockhash: '0' };
    const peers = [...this.#connected];
    return peers.map((addr) => ({ addr, inbound: false, version: 70016 }));
  }
}
