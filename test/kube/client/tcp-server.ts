import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A server that answers the first bytes of each connection with `serve`. */
export class TcpServer {
  serve: (socket: Socket, request: string) => void = () => undefined;
  /** The first bytes of each connection. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        this.requests.push(data.toString());
        this.serve(socket, data.toString());
      });
    });
  }

  static async start(): Promise<TcpServer> {
    const server = new TcpServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
