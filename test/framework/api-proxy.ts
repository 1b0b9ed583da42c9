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

/** A proxy before an API server that cuts watches, in the middle of a line as well, and counts writes. */
export class ApiProxy {
  readonly #server: Server;
  readonly #watches = new Set<IncomingMessage>();
  readonly #writes: string[] = [];
  #cuts = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * @param kubeconfig of the API server
   * @param file gets the kubeconfig with the proxy in its place
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
      proxy.#pass(new URL(incoming.url!, cluster.server), agent, incoming, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    // The token goes over plain HTTP, which only stays on this machine.
    const proxied = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
    const clusters = [{ name, cluster: proxied }];
    await writeFile(file, stringify({ ...config, clusters }), { mode: 0o600 });
    return proxy;
  }

  /** `METHOD /path` of what was asked to change anything, oldest first. */
  get writes(): readonly string[] {
    return this.#writes;
  }

  /** Watches that were cut so far. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Cuts every watch that is open now. */
  cut(): void {
    for (const watch of this.#watches) {
      this.#cuts++;
      watch.destroy();
    }
    this.#watches.clear();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(url: URL, agent: Agent, incoming: IncomingMessage, response: ServerResponse): void {
    const { method, headers } = incoming;
    if (method !== 'GET') this.#writes.push(`${method!} ${url.pathname}`);
    const outgoing = request(url, { agent, method, headers });
    outgoing.on('error', () => response.destroy());
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
      answer.on('close', () => {
        this.#watches.delete(answer);
        if (!answer.complete) response.destroy();
      });
      if (url.searchParams.has('watch')) this.#watches.add(answer);
    });
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }
}
