import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import type { Clock } from '../runtime/clock.ts';
import { DirectConnections, type Connections } from './connections.ts';
import type { Transport, TransportRequest, TransportResponse } from './http.ts';
import {
  credentialsOf,
  type CredentialSource,
  type Credentials,
  type TlsOptions,
} from '../config/credentials.ts';
import { ConnectionError, LeadershipLostError } from '../api/errors.ts';
import type { Cluster, KubeConfig } from '../config/kube-config.ts';
import { readBody } from './read-body.ts';

/** Credentials in use. */
interface Session {
  readonly connections: Connections;
  readonly headers: Credentials['headers'];
  readonly validUntil: number;
}

/**
 * Milliseconds after which credentials are loaded again: files are read and expired exec
 * credentials renewed. A 401 has the same effect.
 */
const credentialsTtl = 10_000;

/** Bytes of a 401 that are read, so that its connection can be used again. */
const maxErrorBytes = 64 << 10;

/**
 * A {@link Transport} that connects and authenticates according to a KubeConfig: client
 * certificates, tokens, token files, exec plugins, impersonation and proxies. It has one pool of
 * keep-alive connections. When the TLS configuration changes, for example with a renewed client
 * certificate, a new pool replaces the old one, which closes with its last request.
 */
export class KubeConfigTransport implements Transport {
  readonly #cluster: Cluster;
  readonly #source: CredentialSource;
  readonly #clock: Clock;
  readonly #server: string;
  readonly #host: string;
  readonly #metrics: Metrics;
  readonly #maxConnections: number;
  #pool: { readonly id: string; readonly connections: Promise<Connections> } | undefined;
  readonly #retired = new Set<Connections>();
  #session: Promise<Session> | undefined;

  /**
   * @param maxConnections maximum number of connections; every watch occupies one
   * @param metrics counts each request, those with a response 401 included
   * @throws Error if the server's URL is invalid or would send credentials unencrypted
   */
  constructor(
    kubeConfig: KubeConfig,
    clock: Clock,
    maxConnections = 64,
    metrics: Metrics = noMetrics,
  ) {
    const { server, skipTlsVerify } = kubeConfig.cluster;
    const url = new URL(server);
    if (url.protocol === 'http:' && !skipTlsVerify) {
      throw new Error(
        `cluster.server ${server}: use https, or set insecure-skip-tls-verify to send credentials unencrypted`,
      );
    }
    this.#cluster = kubeConfig.cluster;
    this.#source = credentialsOf(kubeConfig);
    this.#clock = clock;
    this.#maxConnections = maxConnections;
    this.#server = url.href.replace(/\/$/, '');
    this.#host = url.host;
    this.#metrics = metrics;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const session = await this.#getSession();
    const response = await this.#dispatch(request, session);
    if (response.status !== 401) return response;
    if ((await this.#session) === session) this.#session = undefined;
    const renewed = await this.#getSession();
    if (renewed.headers.authorization === session.headers.authorization) return response;
    await readBody(response.body, maxErrorBytes);
    return this.#dispatch(request, renewed);
  }

  async close(): Promise<void> {
    const pools = [...this.#retired];
    if (this.#pool) pools.push(await this.#pool.connections);
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  async #dispatch(request: TransportRequest, session: Session): Promise<TransportResponse> {
    // Loading credentials may take longer than the request's deadline.
    request.signal.throwIfAborted();
    const url = new URL(this.#server + request.path);
    try {
      const response = await session.connections.send(url, request, session.headers);
      this.#metrics.onRequest(String(response.status), request.method, this.#host);
      return response;
    } catch (cause) {
      if (cause instanceof LeadershipLostError) throw cause;
      this.#metrics.onRequest('<error>', request.method, this.#host);
      if (request.signal.aborted) throw cause;
      const message = `${request.method} ${url.origin}${request.path}: ${describe(cause)}`;
      throw new ConnectionError(message, { cause });
    }
  }

  async #getSession(): Promise<Session> {
    const current = await this.#session;
    if (current !== undefined && this.#clock.elapsed() < current.validUntil) return current;
    const loading = this.#loadSession();
    this.#session = loading;
    loading.catch(() => {
      if (this.#session === loading) this.#session = undefined;
    });
    return loading;
  }

  async #loadSession(): Promise<Session> {
    try {
      const { headers, tls } = await this.#source();
      const validUntil = this.#clock.elapsed() + credentialsTtl;
      return { connections: await this.#connectionsFor(tls), headers, validUntil };
    } catch (cause) {
      const message = `failed to load the credentials for ${this.#server}: ${describe(cause)}`;
      throw new ConnectionError(message, { cause });
    }
  }

  async #connectionsFor(tls: TlsOptions): Promise<Connections> {
    const id = JSON.stringify(tls);
    const current = this.#pool;
    if (current?.id === id) return current.connections;
    const connections = connect(tls, this.#cluster.proxyUrl, this.#maxConnections);
    this.#pool = { id, connections };
    const old = await current?.connections;
    if (old) {
      old.retire();
      this.#retired.add(old);
    }
    return connections;
  }
}

/** Creates a pool. The proxy client is loaded on demand, because it uses 30 MB. */
async function connect(
  tls: TlsOptions,
  proxyUrl: string | undefined,
  maxConnections: number,
): Promise<Connections> {
  if (proxyUrl === undefined) return new DirectConnections(tls, maxConnections);
  const { ProxyConnections } = await import('./proxy.ts');
  return new ProxyConnections(proxyUrl, tls, maxConnections);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An AggregateError (all addresses of a host failed) has an empty message.
  if (error.message !== '') return error.message;
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
