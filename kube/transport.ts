import { readFile } from 'node:fs/promises';
import type { AgentOptions, RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, ProxyAgent, Socks5ProxyAgent } from 'undici';
import type { Dispatcher, buildConnector } from 'undici';
import type { Clock } from './clock.ts';
import { ConnectionError } from './errors.ts';

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

interface Credentials {
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  readonly validUntil: number;
}

/**
 * Credentials are asked of the KubeConfig again after this time, in ms, and after a 401: files are
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
  readonly #kubeConfig: KubeConfig;
  readonly #clock: Clock;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #dispatchers = new Map<string, Dispatcher>();
  #credentials: Promise<Credentials> | undefined;

  /** @throws Error when the current context names no cluster */
  constructor(kubeConfig: KubeConfig, clock: Clock) {
    const server = kubeConfig.getCurrentCluster()?.server;
    if (server === undefined) throw new Error('the current context names no cluster');
    const url = new URL(server);
    this.#kubeConfig = kubeConfig;
    this.#clock = clock;
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/$/, '');
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    const credentials = await this.#getCredentials();
    const response = await this.#dispatch(request, credentials);
    if (response.status !== 401) return response;
    if ((await this.#credentials) === credentials) this.#credentials = undefined;
    const renewed = await this.#getCredentials();
    if (renewed.headers.authorization === credentials.headers.authorization) return response;
    await response.body.text();
    return this.#dispatch(request, renewed);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
  }

  async #dispatch(request: TransportRequest, credentials: Credentials): Promise<TransportResponse> {
    const { method, path, headers, signal } = request;
    try {
      const { statusCode, ...response } = await credentials.dispatcher.request({
        origin: this.#origin,
        path: this.#basePath + path,
        method,
        headers: { ...headers, ...credentials.headers },
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

  async #getCredentials(): Promise<Credentials> {
    const current = await this.#credentials;
    if (current !== undefined && this.#clock.now() < current.validUntil) return current;
    const loading = this.#loadCredentials();
    this.#credentials = loading;
    loading.catch(() => {
      if (this.#credentials === loading) this.#credentials = undefined;
    });
    return loading;
  }

  async #loadCredentials(): Promise<Credentials> {
    const options: RequestOptions = { headers: {} };
    let token: string | undefined;
    try {
      await this.#kubeConfig.applyToHTTPSOptions(options);
      token = await this.#readTokenFile();
    } catch (cause) {
      throw new ConnectionError(`no credentials for ${this.#origin}: ${describe(cause)}`, {
        cause,
      });
    }
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      headers[name.toLowerCase()] = String(value).trim();
    }
    if (options.auth) {
      headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    }
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    const validUntil = this.#clock.now() + CREDENTIALS_TTL;
    return { dispatcher: this.#dispatcherFor(options), headers, validUntil };
  }

  /** KubeConfig would keep the token for 60 s, though the API server refuse it. */
  async #readTokenFile(): Promise<string | undefined> {
    const provider = this.#kubeConfig.getCurrentUser()?.authProvider as
      { readonly config?: { readonly tokenFile?: string } } | undefined;
    const tokenFile = provider?.config?.tokenFile;
    return tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim();
  }

  #dispatcherFor(options: RequestOptions): Dispatcher {
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
    const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
    const id = JSON.stringify(tls);
    const known = this.#dispatchers.get(id);
    if (known !== undefined) return known;
    for (const [oldId, dispatcher] of this.#dispatchers) {
      void dispatcher.close().then(() => this.#dispatchers.delete(oldId));
    }
    const dispatcher = this.#createDispatcher(tls);
    this.#dispatchers.set(id, dispatcher);
    return dispatcher;
  }

  #createDispatcher(tls: AgentOptions): Dispatcher {
    const cluster = this.#kubeConfig.getCurrentCluster();
    const options = this.#kubeConfig.createDispatcherOptions(cluster, tls);
    switch (options.type) {
      case 'proxy':
        return new ProxyAgent({
          ...AGENT_OPTIONS,
          uri: options.uri,
          requestTls: options.requestTls as buildConnector.BuildOptions,
        });
      case 'socks':
        return new Socks5ProxyAgent(options.uri, {
          ...AGENT_OPTIONS,
          requestTls: options.requestTls as buildConnector.BuildOptions,
        });
      case 'agent':
        return new Agent({
          ...AGENT_OPTIONS,
          connect: options.connect as buildConnector.BuildOptions,
        });
      case 'none':
        return new Agent(AGENT_OPTIONS);
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An AggregateError (every address of a name refused) has an empty message.
  if (error.message !== '') return error.message;
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
