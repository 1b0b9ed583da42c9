import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { parse, stringify } from 'yaml';

interface Kubeconfig {
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: {
      readonly server: string;
      readonly 'certificate-authority'?: string;
      readonly 'certificate-authority-data'?: string;
    };
  }[];
}

/** A proxy of an API server that records writes and can cut watches, even within a line. */
export class ApiProxy {
  readonly #server: Server;
  readonly #watches = new Set<IncomingMessage>();
  readonly #writes: string[] = [];
  #cutCount = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * @param kubeconfig the path of a kubeconfig for the API server
   * @param file the path for a copy of the kubeconfig that uses the proxy
   */
  static async start(kubeconfig: string, file: string): Promise<ApiProxy> {
    const config = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
    const { name, cluster } = config.clusters[0]!;
    const authority = cluster['certificate-authority-data'];
    const ca =
      authority === undefined
        ? await readFile(cluster['certificate-authority']!)
        : Buffer.from(authority, 'base64');
    const agent = new Agent({ keepAlive: true, ca });
    const server = createServer();
    const proxy = new ApiProxy(server);
    server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
      proxy.#forward(new URL(incoming.url!, cluster.server), agent, incoming, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    // The token is sent over plain HTTP, but only on this machine.
    const proxied = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
    const clusters = [{ name, cluster: proxied }];
    await writeFile(file, stringify({ ...config, clusters }), { mode: 0o600 });
    return proxy;
  }

  /** Every request other than a GET, as `METHOD /path`, oldest first. */
  get writes(): readonly string[] {
    return this.#writes;
  }

  /** The number of watches cut so far. */
  get cutCount(): number {
    return this.#cutCount;
  }

  /** Cuts every open watch. */
  cutWatches(): void {
    for (const watch of this.#watches) {
      this.#cutCount++;
      watch.destroy();
    }
    this.#watches.clear();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #forward(url: URL, agent: Agent, incoming: IncomingMessage, response: ServerResponse): void {
    const { method, headers } = incoming;
    if (method !== 'GET') this.#writes.push(`${method!} ${url.pathname}`);
    const outgoing = request(url, { agent, method, headers });
    outgoing.on('error', () => response.destroy());
    outgoing.on('response', (upstream) => {
      response.writeHead(upstream.statusCode!, upstream.headers);
      response.flushHeaders();
      upstream.pipe(response);
      upstream.on('close', () => {
        this.#watches.delete(upstream);
        if (!upstream.complete) response.destroy();
      });
      if (url.searchParams.has('watch')) this.#watches.add(upstream);
    });
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }
}
