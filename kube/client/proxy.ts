import { ProxyAgent, Socks5ProxyAgent, type Dispatcher, type buildConnector } from 'undici';
import type { Connections } from './connections.ts';
import type { Credentials, TlsOptions } from '../config/credentials.ts';
import type { TransportRequest, TransportResponse } from './http.ts';

/** Connections through an HTTP(S) or SOCKS5 proxy, which Node's own client knows none of. */
export class ProxyConnections implements Connections {
  readonly #dispatcher: Dispatcher;

  /** @param maxConnections connections to open at most; every watch occupies one */
  constructor(proxyUrl: string, tls: TlsOptions, maxConnections: number) {
    const requestTls = tls as buildConnector.BuildOptions;
    const options = {
      allowH2: false,
      connections: Number.isFinite(maxConnections) ? maxConnections : null,
      keepAliveTimeout: 60_000,
      requestTls,
    };
    this.#dispatcher = proxyUrl.startsWith('socks')
      ? new Socks5ProxyAgent(proxyUrl, options)
      : new ProxyAgent({ ...options, uri: proxyUrl });
  }

  async send(
    { origin, pathname, search }: URL,
    request: TransportRequest,
    more: Credentials['headers'],
  ): Promise<TransportResponse> {
    const { method, body, signal, guard } = request;
    guard?.();
    const { statusCode, ...response } = await this.#dispatcher.request({
      origin,
      path: pathname + search,
      method,
      headers: { ...request.headers, ...more },
      body: body ?? null,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { status: statusCode, headers: response.headers, body: response.body };
  }

  retire(): void {
    void this.#dispatcher.close();
  }

  destroy(): Promise<void> {
    return this.#dispatcher.destroy();
  }
}
