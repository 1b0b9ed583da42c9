import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local HTTP server that stands for the projects' sites. */
export class FileSite {
  /** What it serves, by path. */
  readonly files = new Map<string, Buffer>();
  /** Files of which it sends the first half only. */
  readonly cut = new Set<string>();
  /** Paths of the GET requests so far. */
  readonly requests: string[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      if (request.method === 'GET') this.requests.push(path);
      const file = this.files.get(path);
      if (!file) {
        response.writeHead(404).end('not found');
      } else if (this.cut.has(path)) {
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
