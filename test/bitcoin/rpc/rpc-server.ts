import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { RpcAgent } from '../../../bitcoin/rpc/agent.ts';
import type { RpcCall, RpcOutcome } from '../../../bitcoin/rpc/client.ts';

/** An answer to a request: a status and a body, or none at all. */
export interface RpcResponse {
  /** @default 200 */
  readonly status?: number;
  /** Text, or a value that is sent as JSON. */
  readonly body?: unknown;
  readonly never?: true;
}

/** A request as it arrived. */
export interface ReceivedRequest {
  /** The `Host` header, such as `10.0.0.1:18332`. */
  readonly host: string;
  readonly authorization: string | undefined;
  readonly calls: readonly RpcCall[];
}

/** A JSON-RPC server over real HTTP, whose answers a test decides. */
export class RpcServer {
  readonly requests: ReceivedRequest[] = [];
  /** Number of connections that clients opened. */
  connections = 0;
  respond: (request: ReceivedRequest) => RpcResponse | Promise<RpcResponse> = () => ({ body: [] });
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<RpcServer> {
    const server = createServer();
    const rpc = new RpcServer(server);
    server.on('connection', () => rpc.connections++);
    server.on('request', (request, response) => {
      void rpc.#receive(request).then(({ status = 200, body, never }) => {
        if (never) return;
        response.statusCode = status;
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return rpc;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Returns a pool that connects to this server, whatever the address of the request. */
  agent(): RpcAgent {
    const { port } = this;
    return new (class extends RpcAgent {
      override createConnection() {
        return connect(port, '127.0.0.1');
      }
    })();
  }

  async #receive(request: IncomingMessage): Promise<RpcResponse> {
    const { host = '', authorization } = request.headers;
    const received = { host, authorization, calls: JSON.parse(await text(request)) as RpcCall[] };
    this.requests.push(received);
    return this.respond(received);
  }
}

/** Returns bitcoind's answer to a batch, from the outcome of each call. */
export function batchResponse(outcomes: readonly RpcOutcome[]): RpcResponse {
  const body = outcomes.map((outcome, id) =>
    'error' in outcome
      ? { id, result: null, error: { code: outcome.error.code, message: outcome.error.message } }
      : { id, result: outcome.result, error: null },
  );
  return { body };
}
