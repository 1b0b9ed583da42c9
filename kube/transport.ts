import { Agent, ProxyAgent, Socks5ProxyAgent } from 'undici';
import type { Dispatcher, buildConnector } from 'undici';
import type { Clock } from './clock.ts';
import { credentialsOf } from './credentials.ts';
import type { CredentialSource, Credentials, TlsOptions } from './credentials.ts';
import { ConnectionError } from './errors.ts';
import type { Cluster, KubeConfig } from './kube-config.ts';

/** A request as it goes out; the credentials are the transport's business. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With query, beneath the server's base URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Ends the request and the reading of its answer. */
  readonly signal: AbortSignal;
}

/** An answer whose body has not been read yet. It must be read to its end, or its signal aborted. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array> & { text(): Promise<string> };
}

/** Carries requests to an API server. */
export interface Transport {
  /** @throws ConnectionError when there is no answer; the signal's reason when it is aborted */
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Ends every connection, and with it whatever request is under way. */
  close(): Promise<void>;
}

/** Credentials in use. */
interface Session {
  readonly dispatcher: Dispatcher;
  readonly headers: Credentials['headers'];
  readonly validUntil: number;
}

/**
 * Credentials are asked for again after this time, in ms, and after a 401: files are
 * read anew and expired exec credentials renewed.
 */
const CREDENTIALS_TTL = 10_000;

/**
 * HTTP/1.1, each request on a connection of its own: against kube-apiserver 1.34 on two cores,
 * 32 GETs at a time, 2,950 requests/s at 0.106 ms of CPU each, where HTTP/2 on one connection gave
 * 2,660 at 0.130, and one stuck HTTP/2 connection would silence all watches together. Each watch
 * holds one of the connections. Idle ones are dropped before the API server does so (90 s).
 */
const AGENT_OPTIONS = {
  allowH2: false,
  connections: 64,
  keepAliveTimeout: 60_000,
  connectTimeout: 10_000,
} satisfies Agent.Options;

/**
 * A {@link Transport} that connects and authenticates as a KubeConfig says: client certificates,
 * tokens, token files, exec plugins, impersonation, proxies. One pool of keep-alive connections
 * serves a TLS configuration; when that changes (a client certificate was renewed) a new pool takes
 * over and the old one ends with its last request.
 */
export class KubeConfigTransport implements Transport {
  readonly #cluster: Cluster;
  readonly #source: CredentialSource;
  readonly #clock: Clock;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #dispatchers = new Map<string, Dispatcher>();
  #session: Promise<Session> | undefined;

  /** @throws Error when the server's URL cannot be used */
  constructor(kubeConfig: KubeConfig, clock: Clock) {
    const { server, skipTlsVerify } = kubeConfig.cluster;
    const url = new URL(server);
    if (url.protocol === 'http:' && !skipTlsVerify) {
      throw new Error(`${server}: credentials go over https, unless TLS is not to be verified`);
    }
    this.#cluster = kubeConfig.cluster;
    this.#source = credentialsOf(kubeConfig);
    this.#clock = clock;
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/$/, '');
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const session = await this.#getSession();
    const response = await this.#dispatch(request, session);
    if (response.status !== 401) return response;
    if ((await this.#session) === session) this.#session = undefined;
    const renewed = await this.#getSession();
    if (renewed.headers.authorization === session.headers.authorization) return response;
    await response.body.text();
    return this.#dispatch(request, renewed);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
  }

  async #dispatch(request: TransportRequest, session: Session): Promise<TransportResponse> {
    const { method, path, headers, signal } = request;
    try {
      const { statusCode, ...response } = await session.dispatcher.request({
        origin: this.#origin,
        path: this.#basePath + path,
        method,
        headers: { ...headers, ...session.headers },
        body: request.body ?? null,
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      return { status: statusCode, headers: response.headers, body: response.body };
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw new ConnectionError(`${method} ${this.#origin}${path}: ${describe(cause)}`, { cause });
    }
  }

  async #getSession(): Promise<Session> {
    const current = await this.#session;
    if (current !== undefined && this.#clock.now() < current.validUntil) return current;
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
      const validUntil = this.#clock.now() + CREDENTIALS_TTL;
      return { dispatcher: this.#dispatcherFor(tls), headers, validUntil };
    } catch (cause) {
      throw new ConnectionError(`no credentials for ${this.#origin}: ${describe(cause)}`, {
        cause,
      });
    }
  }

  #dispatcherFor(tls: TlsOptions): Dispatcher {
    const id = JSON.stringify(tls);
    const known = this.#dispatchers.get(id);
    if (known !== undefined) return known;
    for (const [oldId, dispatcher] of this.#dispatchers) {
      void dispatcher.close().then(() => this.#dispatchers.delete(oldId));
    }
    const dispatcher = createDispatcher(tls, this.#cluster.proxyUrl);
    this.#dispatchers.set(id, dispatcher);
    return dispatcher;
  }
}

function createDispatcher(tls: buildConnector.BuildOptions, proxyUrl?: string): Dispatcher {
  if (proxyUrl === undefined) {
    // Load balancers of some clouds drop a connection that is silent for a minute.
    const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: 30_000 };
    return new Agent({ ...AGENT_OPTIONS, connect });
  }
  if (proxyUrl.startsWith('socks')) {
    return new Socks5ProxyAgent(proxyUrl, { ...AGENT_OPTIONS, requestTls: tls });
  }
  return new ProxyAgent({ ...AGENT_OPTIONS, uri: proxyUrl, requestTls: tls });
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An AggregateError (every address of a name refused) has an empty message.
  if (error.message !== '') return error.message;
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
