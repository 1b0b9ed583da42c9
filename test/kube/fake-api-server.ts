import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubeConfig } from '../../kube/config/kube-config.ts';
import type { UnstructuredObject } from '../../kube/api/object.ts';
import { forward, sendFault, sendJson, sendStatus, type Fault } from './fake-responses.ts';
import { LeaseTransport } from './leader-election/lease-transport.ts';

export interface PutOptions {
  /** Sends no event to watches. @default false */
  readonly silently?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A request that the server received. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A class of requests that faults select. */
type RequestType = 'list' | 'watch' | 'other';

interface StoredEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: UnstructuredObject;
  readonly version: number;
}

/**
 * An API server for one collection of ConfigMaps and one Lease, over real HTTP. It serves get, list
 * and watch of the ConfigMaps, and returns the body of any other request. It does not validate
 * objects. Tests inject the faults of a network and of an overloaded server.
 */
export class FakeApiServer {
  readonly requests: RecordedRequest[] = [];
  /** The Lease. Injected faults do not affect it. */
  readonly lease = new LeaseTransport();
  readonly #server: Server;
  readonly #objects = new Map<string, UnstructuredObject>();
  readonly #watches = new Set<ServerResponse>();
  readonly #muted = new Set<ServerResponse>();
  readonly #events: StoredEvent[] = [];
  readonly #faults: Record<RequestType, Fault[]> = { list: [], watch: [], other: [] };
  readonly #pages = new Map<string, readonly UnstructuredObject[]>();
  #version = 10;
  #compactedAt = 0;
  #uids = 0;
  #connections = 0;
  #pagesExpire = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeApiServer> {
    const server = createServer();
    const fake = new FakeApiServer(server);
    server.on('connection', () => fake.#connections++);
    server.on('request', (request, response) => void fake.#handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  kubeConfig(token = 'secret'): KubeConfig {
    const { port } = this.#server.address() as AddressInfo;
    const cluster = { server: `http://127.0.0.1:${port}/base`, skipTlsVerify: true };
    return { cluster, user: { token } };
  }

  get objects(): UnstructuredObject[] {
    return [...this.#objects.values()];
  }

  get version(): string {
    return String(this.#version);
  }

  /** The number of open watches. */
  get watchCount(): number {
    return this.#watches.size;
  }

  /** The number of connections that clients have opened so far. */
  get connectionCount(): number {
    return this.#connections;
  }

  /** Creates or updates an object. */
  put(name: string, value: string, { silently = false, labels }: PutOptions = {}): void {
    const old = this.#objects.get(name);
    const type = old === undefined ? 'ADDED' : 'MODIFIED';
    const uid = old?.metadata.uid ?? `uid-${this.#uids++}`;
    this.#version++;
    const plain = configMap(name, value, uid, this.#version);
    const object = labels ? { ...plain, metadata: { ...plain.metadata, labels } } : plain;
    this.#objects.set(name, object);
    if (!silently) this.#publish({ type, object, version: this.#version });
  }

  /** Deletes an object if it exists. */
  remove(name: string, { silently = false } = {}): void {
    const old = this.#objects.get(name);
    if (old === undefined) return;
    this.#objects.delete(name);
    this.#version++;
    const object = configMap(name, String(old.data), old.metadata.uid!, this.#version);
    if (!silently) this.#publish({ type: 'DELETED', object, version: this.#version });
  }

  /** Fails the next request of this type. Several faults apply to subsequent requests in order. */
  fail(type: RequestType, fault: Fault): void {
    this.#faults[type].push(fault);
  }

  /** Drops past events. Watches and list pages that started earlier receive a 410. */
  compact(): void {
    this.#compactedAt = this.#version;
    this.#events.length = 0;
    this.#pages.clear();
  }

  /** Expires the next list after its first page. */
  expirePages(): void {
    this.#pagesExpire = true;
  }

  /** Sends no more data to the open watches, but keeps their connections open. */
  mute(): void {
    for (const watch of this.#watches) this.#muted.add(watch);
  }

  /** Sends data verbatim to every open watch. */
  sendRaw(data: string | Uint8Array): void {
    for (const watch of this.#watches) if (!this.#muted.has(watch)) watch.write(data);
  }

  sendBookmark(version = this.#version): void {
    const metadata = { resourceVersion: String(version) };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    this.sendRaw(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
  }

  /** Sends the last events again, the oldest first. */
  repeatEvents(count: number): void {
    for (const event of this.#events.slice(-count)) this.sendRaw(toLine(event));
  }

  /** Ends every watch with an ERROR event. */
  sendError(code: number, reason: string): void {
    const object = { kind: 'Status', code, reason, message: 'from the fake' };
    this.sendRaw(`${JSON.stringify({ type: 'ERROR', object })}\n`);
    this.endWatches();
  }

  endWatches(): void {
    for (const watch of this.#watches) watch.end();
    this.#watches.clear();
  }

  resetWatches(): void {
    for (const watch of this.#watches) watch.socket?.resetAndDestroy();
    this.#watches.clear();
  }

  #publish(event: StoredEvent): void {
    this.#events.push(event);
    this.sendRaw(toLine(event));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://fake');
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const query = Object.fromEntries(url.searchParams);
    const { method = '', headers } = request;
    this.requests.push({ method, path: url.pathname, query, headers, body });

    if (url.pathname.includes('/leases')) {
      await forward({ method, path: request.url!, body }, this.lease, response);
      return;
    }
    const isCollection = method === 'GET' && url.pathname.endsWith('/configmaps');
    const type = !isCollection ? 'other' : query.watch === 'true' ? 'watch' : 'list';
    const fault = this.#faults[type].shift();
    if (fault !== undefined) sendFault(fault, response);
    else if (type === 'watch') this.#watch(query, response);
    else if (type === 'list') this.#list(query, response);
    else if (method === 'GET') this.#get(url.pathname.split('/').at(-1)!, response);
    else sendJson(response, 200, body === '' ? {} : JSON.parse(body));
  }

  #get(name: string, response: ServerResponse): void {
    const object = this.#objects.get(name);
    if (object === undefined) sendStatus(response, 404, 'NotFound');
    else sendJson(response, 200, object);
  }

  #list(query: Readonly<Record<string, string>>, response: ServerResponse): void {
    let version = this.version;
    let rest = this.objects as readonly UnstructuredObject[];
    if (query.continue !== undefined) {
      const page = this.#pages.get(query.continue);
      if (page === undefined) {
        sendStatus(response, 410, 'Expired');
        return;
      }
      [version] = query.continue.split('/') as [string];
      rest = page;
    }
    const limit = Number(query.limit ?? 0) || rest.length;
    // Items in lists of built-in kinds have neither apiVersion nor kind.
    const items = rest.slice(0, limit).map(({ metadata, data }) => ({ metadata, data }));
    const metadata: Record<string, string> = { resourceVersion: version };
    if (rest.length > limit) {
      const token = `${version}/${this.#pages.size}`;
      if (!this.#pagesExpire) this.#pages.set(token, rest.slice(limit));
      this.#pagesExpire = false;
      metadata.continue = token;
    }
    sendJson(response, 200, { kind: 'ConfigMapList', apiVersion: 'v1', metadata, items });
  }

  #watch(query: Readonly<Record<string, string>>, response: ServerResponse): void {
    const from = Number(query.resourceVersion);
    if (from < this.#compactedAt) {
      sendStatus(response, 410, 'Expired');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const event of this.#events) if (event.version > from) response.write(toLine(event));
    this.#watches.add(response);
    response.on('close', () => this.#watches.delete(response));
  }
}

function configMap(name: string, data: string, uid: string, version: number): UnstructuredObject {
  const metadata = { name, namespace: 'default', uid, resourceVersion: String(version) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
}

function toLine({ type, object }: StoredEvent): string {
  return `${JSON.stringify({ type, object })}\n`;
}
