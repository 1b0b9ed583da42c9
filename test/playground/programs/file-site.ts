import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local HTTP server in place of the official sites. */
export class FileSite {
  /** The files that the server has, by path. */
  readonly files = new Map<string, Buffer>();
  /** The files whose transfer breaks off in the middle. */
  readonly truncated = new Set<string>();
  /** The paths of all GET requests. */
  readonly requests: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      if (request.method === 'GET') this.requests.push(path);
      const file = this.files.get(path);
      if (!file) {
        response.writeHead(404).end('not found');
      } else if (this.truncated.has(path)) {
        response.writeHead(200, { 'content-length': file.length });
        response.write(file.subarray(0, file.length / 2), () => response.destroy());
      } else {
        response.writeHead(200, { 'content-length': file.length }).end(file);
      }
    });
  }

  static async start(port = 0): Promise<FileSite> {
    const site = new FileSite();
    site.#server.listen(port, '127.0.0.1');
    await once(site.#server, 'listening');
    return site;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
